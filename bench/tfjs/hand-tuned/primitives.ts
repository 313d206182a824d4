/** The few things that are fastest in another way on each backend. */

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

export interface Primitives {
  /** Samples that go through the networks at once. */
  readonly chunk: number;
  /** inputᵀ d: [M, 5], [M, H] -> [5, H] */
  readonly inputGradient: (input: tf.Tensor2D, d: tf.Tensor2D) => tf.Tensor2D;
  /** [s 1]ᵀ d: [M, H], [M, O] -> [H + 1, O] */
  readonly weightGradient: (s: tf.Tensor2D, d: tf.Tensor2D) => tf.Tensor2D;
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
      const to = column * rows + row;
      const from = row * columns + column;
      // Written out, since a loop here takes two and a half times as long (measured).
      target[to] = source[from]!;
      target[to + 1] = source[from + columns]!;
      target[to + 2] = source[from + 2 * columns]!;
      target[to + 3] = source[from + 3 * columns]!;
      target[to + 4] = source[from + 4 * columns]!;
      target[to + 5] = source[from + 5 * columns]!;
      target[to + 6] = source[from + 6 * columns]!;
      target[to + 7] = source[from + 7 * columns]!;
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
  const scratch = new Map<number, tf.Tensor2D>();
  const view = (tensor: tf.Tensor): Float32Array =>
    backend.typedArrayFromHeap(tensor) as Float32Array;
  /** xᵀ, then a row of ones; written again and again, so never a right operand. */
  const transposed = (x: tf.Tensor2D): tf.Tensor2D => {
    const [rows, columns] = x.shape;
    const known = scratch.get(rows) ?? (tf.keep(tf.ones([columns + 1, rows])) as tf.Tensor2D);
    scratch.set(rows, known);
    transposeInto(view(known), view(x), rows, columns);
    return known;
  };
  return {
    // Activations of this many samples stay in the caches; fewer cost more calls (measured).
    chunk: 512,
    // A right operand is packed at twice the price of a transposition, so the narrow one is it.
    inputGradient(input, d) {
      const [, columns] = d.shape;
      const product: tf.Tensor2D = tf.matMul(transposed(d), input);
      const rows = tf.slice2d(product, [0, 0], [columns, input.shape[1]]);
      return tf.transpose(rows);
    },
    weightGradient: (s, d) => tf.matMul(transposed(s), d),
    read: async (tensors) => tensors.map(view),
  };
}

/** For backends whose products transpose at little cost, and whose reads may wait for a device. */
export function plainPrimitives(chunk: number): Primitives {
  const columns = new Map<number, tf.Tensor2D>();
  const ones = (rows: number): tf.Tensor2D => {
    const known = columns.get(rows) ?? (tf.keep(tf.ones([rows, 1])) as tf.Tensor2D);
    columns.set(rows, known);
    return known;
  };
  return {
    chunk,
    inputGradient: (input, d) => tf.matMul(input, d, true),
    // On webgpu a product with ones adds up columns in a sixth of the time of tfjs's sum
    // (measured).
    weightGradient: (s, d) =>
      tf.concat2d([tf.matMul(s, d, true), tf.matMul(ones(d.shape[0]), d, true)], 0),
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
