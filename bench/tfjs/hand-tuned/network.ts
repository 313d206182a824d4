/**
 * One network forward and backward, with two rewritings that change no function but for rounding.
 *
 * Two logits matter only by their gap, so the actor's head is one output, W₃ its second column
 * minus its first; the gradient of the second column is that of the gap, that of the first its
 * negative.
 *
 * XNNPACK's sigmoid takes 0.8 ns a number, tfjs's tanh 14 (measured), and a sigmoid can be fused
 * into a product. With s = σ(2z) is tanh z = 2s - 1, so the 2 goes into the weights before, and the
 * 2 and the -1 into the weights and biases behind:
 *
 *   s₁ = σ([x 1] 2[W₁; b₁])   s₂ = σ(s₁ 4W₂ + 2b₂ - 2ΣW₂)   y = s₂ 2W₃ + b₃ - ΣW₃   (Σ over inputs)
 *
 * Backward, with tanh' = 4 s (1 - s) and the 4 in the transposed weights:
 *
 *   dz₂ = dy (4W₃ᵀ) s₂ (1 - s₂)   dz₁ = (dz₂ 4W₂ᵀ) s₁ (1 - s₁)
 *   G₁ = [x 1]ᵀ dz₁   Gₗ = [sₗ₋₁ 1]ᵀ dzₗ, of which 2 G - (its last row) is the gradient of W
 */
import * as tf from '@tensorflow/tfjs-core';
import { type LayerLayout, layerSize, type NetworkLayout } from './parameters';
import type { Primitives } from './primitives';

/** A network's parameters as the sigmoid form wants them. */
export interface SigmoidForm {
  /** 2[W₁; b₁], [5, H] */
  readonly first: tf.Tensor2D;
  /** 4W₂, [H, H], its transpose, and its biases. */
  readonly second: tf.Tensor2D;
  readonly secondTransposed: tf.Tensor2D;
  readonly secondBias: tf.Tensor1D;
  /** 2W₃, [H, 1], twice its transpose, and its bias. */
  readonly head: tf.Tensor2D;
  readonly headTransposed: tf.Tensor2D;
  readonly headBias: tf.Tensor1D;
}

export interface Trace {
  /** [x 1], [M, 5] */
  readonly input: tf.Tensor2D;
  /** s₁ and s₂, [M, H] */
  readonly first: tf.Tensor2D;
  readonly second: tf.Tensor2D;
  /** y, [M, 1] */
  readonly outputs: tf.Tensor2D;
}

const scaled = (values: Float32Array, factor: number): Float32Array =>
  values.map((value) => factor * value);

/** b - ΣW of a layer [inputs + 1][outputs]. */
function shiftedBiases(layer: Float32Array, outputs: number): Float32Array {
  const last = layer.length - outputs;
  const biases = layer.slice(last);
  for (let place = 0; place < last; place += outputs) {
    for (let output = 0; output < outputs; output++) biases[output]! -= layer[place + output]!;
  }
  return biases;
}

function transposed(weights: Float32Array, width: number): Float32Array {
  const result = new Float32Array(weights.length);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      result[column * width + row] = weights[row * width + column]!;
    }
  }
  return result;
}

/** The head's only column, or its second minus its first. */
function headColumn(head: Float32Array, outputs: number): Float32Array {
  if (outputs === 1) return head;
  return Float32Array.from(
    { length: head.length / 2 },
    (_, row) => head[2 * row + 1]! - head[2 * row]!,
  );
}

export function sigmoidForm(parameters: Float32Array, layout: NetworkLayout): SigmoidForm {
  const slice = (layer: LayerLayout): Float32Array =>
    parameters.subarray(layer.offset, layer.offset + layerSize(layer));
  const [first, second, head] = layout.map(slice) as [Float32Array, Float32Array, Float32Array];
  const width = layout[1].inputs;
  const weights = scaled(second.subarray(0, width * width), 4);
  const column = headColumn(head, layout[2].outputs);
  return {
    first: tf.tensor2d(scaled(first, 2), [layout[0].inputs + 1, width]),
    second: tf.tensor2d(weights, [width, width]),
    secondTransposed: tf.tensor2d(transposed(weights, width), [width, width]),
    secondBias: tf.tensor1d(scaled(shiftedBiases(second, width), 2)),
    head: tf.tensor2d(scaled(column.subarray(0, width), 2), [width, 1]),
    headTransposed: tf.tensor2d(scaled(column.subarray(0, width), 4), [1, width]),
    headBias: tf.tensor1d(shiftedBiases(column, 1)),
  };
}

export function forward(form: SigmoidForm, input: tf.Tensor2D): Trace {
  const activation = 'sigmoid';
  const { first: b, second: c, secondBias, head, headBias } = form;
  const first = tf.fused.matMul({ a: input, b, activation }) as tf.Tensor2D;
  const second = tf.fused.matMul({ a: first, b: c, bias: secondBias, activation }) as tf.Tensor2D;
  const outputs = tf.fused.matMul({ a: second, b: head, bias: headBias }) as tf.Tensor2D;
  return { input, first, second, outputs };
}

/** d s (1 - s) */
function throughSigmoid(d: tf.Tensor2D, s: tf.Tensor2D): tf.Tensor2D {
  const part = tf.mul(d, s);
  return tf.sub(part, tf.mul(part, s));
}

/** The sums G₁, G₂ and G₃, [inputs + 1, outputs] each. */
export function backward(
  { inputGradient, weightGradient }: Primitives,
  form: SigmoidForm,
  { input, first, second }: Trace,
  dOutputs: tf.Tensor2D,
): readonly tf.Tensor2D[] {
  const dSecond = throughSigmoid(tf.mul(dOutputs, form.headTransposed), second);
  const dFirst = throughSigmoid(tf.matMul(dSecond, form.secondTransposed), first);
  return [
    inputGradient(input, dFirst),
    weightGradient(first, dSecond),
    weightGradient(second, dOutputs),
  ];
}

/** Writes the gradient that a network's sums G mean, laid out as its parameters. */
export function finishGradient(
  gradient: Float32Array,
  network: NetworkLayout,
  sums: Float32Array,
  sumsNetwork: NetworkLayout,
): void {
  for (const [index, { offset, outputs }] of network.entries()) {
    const source = sumsNetwork[index]!;
    const size = layerSize(source);
    const last = source.offset + size - source.outputs;
    for (let place = source.offset; place < source.offset + size; place++) {
      const output = (place - source.offset) % source.outputs;
      const folded = index > 0 && place < last;
      const value = folded ? 2 * sums[place]! - sums[last + output]! : sums[place]!;
      const target = offset + (place - source.offset) * (outputs / source.outputs);
      gradient[target] = value;
      if (outputs === source.outputs) continue;
      gradient[target] = -value;
      gradient[target + 1] = value;
    }
  }
}
