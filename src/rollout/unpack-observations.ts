/** The rows of a rollout as networks read them: numbers, which are unpacked where bits are kept. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { SampleBlock } from '../kernels/blocks';
import type { RowInputs } from '../network/row-passes';
import type { RolloutBuffer } from './rollout-buffer';
import { ROLLOUT_LANES } from './task';

/**
 * The network inputs of every agent, from row `row` on; bits as far as they were unpacked last.
 */
export function inputRow({ inputs, unpacked }: RolloutBuffer, row: number): SampleBlock {
  const tensor = unpacked ?? inputs;
  const [, rows, fields, stride] = tensor.shape as [number, number, number, number];
  const rowStride = fields * stride;
  const offset = unpacked ? 0 : row * rowStride;
  return { tensor, offset, agentStride: rows * rowStride, rowStride };
}

/** Unpacks rows `firstRow` … `firstRow + rowCount - 1`; no dispatch where inputs are numbers. */
export function unpackObservations(
  { kernels }: Runtime,
  { sizes, observations, unpacked }: RolloutBuffer,
  firstRow: number,
  rowCount: number,
): Dispatch[] {
  if (!unpacked) return [];
  const [agents, unpackedRows, fields, stride] = unpacked.shape as [number, number, number, number];
  const words = observations.shape[2]!;
  const constants = { ROLLOUT_LANES, OBSERVATION_SIZE: fields, OBSERVATION_WORDS: words };
  const kernel = kernels.kernel({ shader: 'rollout/unpack-observations', constants });
  const quads = stride / 4;
  return [
    kernel.dispatch({
      shape: {
        quads,
        rows: sizes.rows,
        first_row: firstRow,
        row_count: rowCount,
        unpacked_rows: unpackedRows,
      },
      tensors: { observations: read(observations), unpacked: write(unpacked) },
      workgroups: [Math.ceil(quads / ROLLOUT_LANES), words, agents * rowCount],
    }),
  ];
}

/** A rollout's rows for networks that cover several of them at a time. */
export function rowInputs(runtime: Runtime, buffer: RolloutBuffer): RowInputs {
  return {
    mostRows: buffer.unpacked?.shape[1],
    prepare: (row, rows) => unpackObservations(runtime, buffer, row, rows),
    block: (row) => inputRow(buffer, row),
  };
}
