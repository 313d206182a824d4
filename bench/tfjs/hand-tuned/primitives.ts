/** The few things that are fastest in another way on each backend. */

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

export interface Primitives {
  /** Samples that go through the networks at once. */
  readonly chunk: number;
  /** [input 1]ᵀ d: [M, I], [M, O] -> [I + 1, O] */
  readonly weightGradient: (input: tf.Tensor2D, d: tf.Tensor2D) => tf.Tensor2D;
  /** The numbers of each tensor; use them before anything else is computed. */
  readonly read: (tensors: readonly tf.Tensor[]) => Promise<readonly Float32Array[]>;
}

const BLOCK = 8;

/** Writes the transpose of `source` [rows][columns] to `target` [columns][rows]. */
export function transposeInto(
  target: Float32Array,
  source: Float32Array,
  rows: number,
  columns: number,
): void {
  const blocked = rows - (rows % BLOCK);
  for (let row = 0; row < blocked; row += BLOCK) {
    for (let column = 0; column < columns; column++) {
      let to = column * rows + row;
      let from = row * columns + column;
      for (const end = to + BLOCK; to < end; to++, from += columns) target[to] = source[from]!;
    }
  }
  for (let row = blocked; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[column * rows + row] = source[row * columns + column]!;
    }
  }
}

/**
 * tfjs's wasm products are XNNPACK's only without transposition (46 against 3.7 GFLOPS, measured),
 * and its own transpose is slower than this one in JavaScript on the backend's own memory.
 */
export function wasmPrimitives(backend: BackendWasm): Primitives {
  const scratch = new Map<string, tf.Tensor2D>();
  const view = (tensor: tf.Tensor): Float32Array =>
    backend.typedArrayFromHeap(tensor) as Float32Array;
  /** [I + 1, M] with ones in the last row; written again and again, so never a right operand. */
  const transposed = (rows: number, columns: number): tf.Tensor2D => {
    const key = `${rows} ${columns}`;
    const known = scratch.get(key);
    if (known) return known;
    const fresh = tf.keep(tf.ones<tf.Rank.R2>([columns + 1, rows]));
    scratch.set(key, fresh);
    return fresh;
  };
  return {
    // Activations of this many samples stay in the caches; more calls cost more (measured).
    chunk: 512,
    weightGradient(input, d) {
      const [rows, columns] = input.shape;
      const left = transposed(rows, columns);
      transposeInto(view(left), view(input), rows, columns);
      return tf.matMul(left, d);
    },
    read: async (tensors) => tensors.map(view),
  };
}

/** For backends whose products transpose at no cost, and whose reads wait for a device. */
export function plainPrimitives(chunk: number): Primitives {
  return {
    chunk,
    weightGradient: (input, d) =>
      tf.concat2d([tf.matMul(input, d, true), tf.sum<tf.Tensor2D>(d, 0, true)], 0),
    async read(tensors) {
      const joined = tf.concat1d(tensors.map((each) => tf.reshape<tf.Rank.R1>(each, [-1])));
      const numbers = await joined.data<'float32'>();
      let offset = 0;
      return tensors.map(({ size }) => {
        offset += size;
        return numbers.subarray(offset - size, offset);
      });
    },
  };
}
