/** One network over the rows of a rollout, as many rows at a time as scratch memory allows. */
import type { FloatType } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock, SampleBlock } from '../kernels/blocks';
import type { Network, NetworkLayout } from './network';

/** Floats of a scratch tensor that one pass over several rows may take. */
const SCRATCH_FLOATS = 2 ** 22;
/** Workgroups that WebGPU allows along z, the axis of agent × row. */
const MAX_WORKGROUPS = 65535;

export interface RowCount {
  /** K */
  readonly agents: number;
  /** Rows of the rollout to cover. */
  readonly rows: number;
  /** Columns per row, a multiple of 4. */
  readonly stride: number;
}

/** Where the rows are read. */
export interface RowInputs {
  /** Most rows that can be prepared at a time; undefined for any number. */
  readonly mostRows: number | undefined;
  /** What must run before rows `row` … `row + rows - 1` can be read. */
  prepare(row: number, rows: number): readonly Dispatch[];
  /** The block that begins at the given row. */
  block(row: number): SampleBlock;
}

/** How many rows one pass covers. */
function rowsPerPass({ agents, rows, stride }: RowCount, scratch: number, most = rows): number {
  const byMemory = Math.floor(SCRATCH_FLOATS / (agents * stride * scratch));
  return Math.max(1, Math.min(rows, most, byMemory, Math.floor(MAX_WORKGROUPS / agents)));
}

export class RowPasses {
  /** Networks by the number of rows they cover: full passes, and a shorter last one. */
  private readonly networks = new Map<number, Network>();
  private readonly passes: { readonly row: number; readonly rows: number }[] = [];
  /** Rows of the longest pass. */
  readonly mostRows: number;

  /** Declares the scratch memory. */
  constructor(
    runtime: Runtime,
    name: string,
    layout: NetworkLayout,
    parameters: ParameterBlock,
    private readonly inputs: RowInputs,
    count: RowCount,
    storage: FloatType,
  ) {
    const { agents, rows, stride } = count;
    this.mostRows = rowsPerPass(count, layout.scratch, inputs.mostRows);
    for (let row = 0; row < rows; row += this.mostRows) {
      const covered = Math.min(this.mostRows, rows - row);
      this.passes.push({ row, rows: covered });
      if (!this.networks.has(covered)) {
        const network = layout.create(runtime, {
          name: `${name} over ${covered} rows`,
          parameters,
          count: { agents, rows: covered, stride },
          trained: false,
          storage,
        });
        this.networks.set(covered, network);
      }
    }
  }

  /** Forward passes over all rows; `y` returns the block that begins at the given row. */
  forward(
    y: (row: number, rows: number) => SampleBlock,
    after: (row: number, rows: number) => readonly Dispatch[] = () => [],
  ): Dispatch[] {
    return this.passes.flatMap(({ row, rows }) => [
      ...this.inputs.prepare(row, rows),
      ...this.networks.get(rows)!.forward(this.inputs.block(row), y(row, rows)),
      ...after(row, rows),
    ]);
  }
}
