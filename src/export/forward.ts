/**
 * The forward pass of a perceptron on the host, in float32 with sums in float64. The formulas are
 * those of shaders/kernels.
 */
import type { Activation } from '../config/choices';
import { NORM_EPSILON } from './policy-constants';
import type { DenseLayer, Perceptron } from './policy-model';

/** The logistic function; the clamp is that of shaders/lib/sigmoid.wesl. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-Math.min(80, Math.max(-80, x))));
}

const ACTIVATION_FUNCTIONS: Readonly<Record<Activation, (x: number) => number>> = {
  tanh: Math.tanh,
  relu: (x) => Math.max(x, 0),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  silu: (x) => x * sigmoid(x),
};

/** W x + b, [outputs] */
export function linear({ inputs, outputs, weight, bias }: DenseLayer, x: Float32Array) {
  const y = new Float32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    let sum = bias[output]!;
    const row = output * inputs;
    for (let input = 0; input < inputs; input++) sum += weight[row + input]! * x[input]!;
    y[output] = sum;
  }
  return y;
}

/** gain ∘ (z - mean) / √(variance + 1e-5) + bias */
function normalizeLayer({ gain, bias }: NonNullable<DenseLayer['norm']>, z: Float32Array) {
  const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
  const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length;
  const inverse = 1 / Math.sqrt(variance + NORM_EPSILON);
  return z.map((value, field) => gain[field]! * (value - mean) * inverse + bias[field]!);
}

/** What the last hidden layer puts out, which is the input where there is none. */
export function hiddenOutput({ hidden, activation }: Perceptron, input: Float32Array) {
  const activate = ACTIVATION_FUNCTIONS[activation];
  let x = input;
  for (const layer of hidden) {
    const z = linear(layer, x);
    const a = layer.norm ? normalizeLayer(layer.norm, z) : z;
    x = a.map(activate);
  }
  return x;
}
