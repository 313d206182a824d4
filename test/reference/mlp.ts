/**
 * A multilayer perceptron for one sample: hidden layers with activation, and perhaps a
 * normalization before it; a linear last layer.
 */

import type { Activation } from '../../src/config/choices';
import { ACTIVATION_FUNCTIONS, type ActivationFunction } from './activations';
import { type LayerNorm, layerNormBackward, layerNormForward } from './layer-norm';
import {
  type Layer,
  linearBackwardBias,
  linearBackwardInput,
  linearBackwardWeight,
  linearForward,
  type Vector,
} from './linear';

/** Also the shape of its gradient. */
export interface MlpLayer extends Layer {
  /** Of the linear map's outputs, before the activation. */
  readonly norm?: LayerNorm;
}

/** What the backward pass needs of each layer. */
export interface MlpTrace {
  /** [layer][in] */
  readonly inputs: readonly Vector[];
  /** W x + b, [layer][out] */
  readonly linearOutputs: readonly Vector[];
  /** What the activation is applied to, [layer][out] */
  readonly preActivations: readonly Vector[];
  /** [out] of the last layer */
  readonly output: Vector;
}

export interface MlpGradient {
  readonly dInput: Vector;
  readonly dLayers: readonly MlpLayer[];
}

function activationOf(index: number, layers: readonly MlpLayer[], hidden: Activation) {
  const isLast = index === layers.length - 1;
  const activation: ActivationFunction = ACTIVATION_FUNCTIONS[isLast ? 'identity' : hidden];
  return activation;
}

export function mlpForward(
  layers: readonly MlpLayer[],
  input: Vector,
  hidden: Activation,
): MlpTrace {
  const inputs: Vector[] = [];
  const linearOutputs: Vector[] = [];
  const preActivations: Vector[] = [];
  let x = input;
  for (const [index, layer] of layers.entries()) {
    const z = linearForward(layer, x);
    const preActivation = layer.norm ? layerNormForward(layer.norm, z) : z;
    inputs.push(x);
    linearOutputs.push(z);
    preActivations.push(preActivation);
    x = preActivation.map(activationOf(index, layers, hidden).value);
  }
  return { inputs, linearOutputs, preActivations, output: x };
}

/** From dL/d(output) to dL/d(input) and the gradient of every layer. */
export function mlpBackward(
  layers: readonly MlpLayer[],
  trace: MlpTrace,
  dOutput: Vector,
  hidden: Activation,
): MlpGradient {
  const dLayers: MlpLayer[] = [];
  let d = dOutput;
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const layer = layers[index]!;
    const { derivative } = activationOf(index, layers, hidden);
    // dL/da = dL/dy * f'(a)
    const dPreActivation = d.map((dy, j) => dy * derivative(trace.preActivations[index]![j]!));
    const normed =
      layer.norm && layerNormBackward(layer.norm, trace.linearOutputs[index]!, dPreActivation);
    const dZ = normed ? normed.dZ : dPreActivation;
    dLayers.unshift({
      weight: linearBackwardWeight(trace.inputs[index]!, dZ),
      bias: linearBackwardBias(dZ),
      ...(normed && { norm: normed.dNorm }),
    });
    d = linearBackwardInput(layer, dZ);
  }
  return { dInput: d, dLayers };
}

/** Layer by layer: the weights row by row, the biases, then gain and bias of the normalization. */
export function flattenLayers(layers: readonly MlpLayer[]): number[] {
  return layers.flatMap(({ weight, bias, norm }) => [
    ...weight.flat(),
    ...bias,
    ...(norm ? [...norm.gain, ...norm.bias] : []),
  ]);
}
