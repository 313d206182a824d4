/** Applies a network to the rows of a rollout, as many rows at once as scratch memory allows. */
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock, SampleBlock } from '../kernels/linear';
import { Mlp, type MlpLayout } from './mlp';

/** Scratch memory per hidden layer, in numbers, that one pass over several rows may take. */
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

/** Rows that one pass covers. */
function rowsPerPass({ agents, rows, stride }: RowCount, widest: number): number {
  const byMemory = Math.floor(SCRATCH_FLOATS / (agents * stride * widest));
  return Math.max(1, Math.min(rows, byMemory, Math.floor(MAX_WORKGROUPS / agents)));
}

export class RowPasses {
  /**
   * Networks by the number of rows they cover: one for full passes, one for a shorter last pass.
   */
  private readonly networks = new Map<number, Mlp>();
  private readonly passes: { readonly row: number; readonly rows: number }[] = [];
  /** Rows of the longest pass. */
  readonly mostRows: number;

  /** Declares the scratch memory. */
  constructor(
    runtime: Runtime,
    name: string,
    layout: MlpLayout,
    parameters: ParameterBlock,
    count: RowCount,
  ) {
    const { agents, rows, stride } = count;
    const widest = Math.max(1, ...layout.layers.slice(0, -1).map(({ outputs }) => outputs));
    this.mostRows = rowsPerPass(count, widest);
    for (let row = 0; row < rows; row += this.mostRows) {
      const covered = Math.min(this.mostRows, rows - row);
      this.passes.push({ row, rows: covered });
      if (!this.networks.has(covered)) {
        const samples = { agents, rows: covered, stride };
        const network = new Mlp(
          runtime,
          `${name} over ${covered} rows`,
          layout,
          parameters,
          samples,
          false,
        );
        this.networks.set(covered, network);
      }
    }
  }

  /** Forward passes over all rows; `x` and `y` return the blocks that begin at the given row. */
  forward(
    x: (row: number) => SampleBlock,
    y: (row: number, rows: number) => SampleBlock,
    after: (row: number, rows: number) => readonly Dispatch[] = () => [],
  ): Dispatch[] {
    return this.passes.flatMap(({ row, rows }) => [
      ...this.networks.get(rows)!.forward(x(row), y(row, rows)),
      ...after(row, rows),
    ]);
  }
}
