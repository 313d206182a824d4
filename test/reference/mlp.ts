/** A multilayer perceptron for one sample: hidden layers with activation, a linear last layer. */

import type { Activation } from '../../src/config';
import { ACTIVATION_FUNCTIONS, type ActivationFunction } from './activations';
import {
  type Layer,
  linearBackwardBias,
  linearBackwardInput,
  linearBackwardWeight,
  linearForward,
  type Vector,
} from './linear';

/** What the backward pass needs of each layer. */
export interface MlpTrace {
  /** [layer][in] */
  readonly inputs: readonly Vector[];
  /** W x + b, [layer][out] */
  readonly preActivations: readonly Vector[];
  /** [out] of the last layer */
  readonly output: Vector;
}

export interface MlpGradient {
  readonly dInput: Vector;
  readonly dLayers: readonly Layer[];
}

function activationOf(index: number, layers: readonly Layer[], hidden: Activation) {
  const isLast = index === layers.length - 1;
  const activation: ActivationFunction = ACTIVATION_FUNCTIONS[isLast ? 'identity' : hidden];
  return activation;
}

export function mlpForward(layers: readonly Layer[], input: Vector, hidden: Activation): MlpTrace {
  const inputs: Vector[] = [];
  const preActivations: Vector[] = [];
  let x = input;
  for (const [index, layer] of layers.entries()) {
    const preActivation = linearForward(layer, x);
    inputs.push(x);
    preActivations.push(preActivation);
    x = preActivation.map(activationOf(index, layers, hidden).value);
  }
  return { inputs, preActivations, output: x };
}

/** From dL/d(output) to dL/d(input) and the gradient of every layer. */
export function mlpBackward(
  layers: readonly Layer[],
  trace: MlpTrace,
  dOutput: Vector,
  hidden: Activation,
): MlpGradient {
  const dLayers: Layer[] = [];
  let d = dOutput;
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const { derivative } = activationOf(index, layers, hidden);
    // dL/dz = dL/dy * f'(z)
    const dPreActivation = d.map((dy, j) => dy * derivative(trace.preActivations[index]![j]!));
    dLayers.unshift({
      weight: linearBackwardWeight(trace.inputs[index]!, dPreActivation),
      bias: linearBackwardBias(dPreActivation),
    });
    d = linearBackwardInput(layers[index]!, dPreActivation);
  }
  return { dInput: d, dLayers };
}
