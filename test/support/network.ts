/** Conversion between the device's parameters and the twins' networks. */
import type { ActorCriticLayout } from '../../src/network/actor-critic';
import type { MlpLayer as LaidOutLayer } from '../../src/network/mlp-layers';
import { mlpOf } from '../../src/network/mlp-layout';
import type { NetworkLayout } from '../../src/network/network';
import type { ActorCritic } from '../reference/actor-critic';
import type { MlpLayer } from '../reference/mlp';

/** Where the layers of a multilayer perceptron lie. */
export function layersIn(layout: NetworkLayout): readonly LaidOutLayer[] {
  return mlpOf(layout)!.layers;
}

/** A network's layers, from one agent's parameters, [P]. */
export function layersOf(layout: NetworkLayout, parameters: Float32Array): MlpLayer[] {
  const vector = (offset: number, count: number): number[] => [
    ...parameters.subarray(offset, offset + count),
  ];
  return layersIn(layout).map(({ inputs, outputs, weightOffset, biasOffset, norm }) => ({
    weight: Array.from({ length: outputs }, (_, output) =>
      vector(weightOffset + output * inputs, inputs),
    ),
    bias: vector(biasOffset, outputs),
    ...(norm && {
      norm: { gain: vector(norm.gainOffset, outputs), bias: vector(norm.biasOffset, outputs) },
    }),
  }));
}

/** One agent's parameters, [P]. */
export function networkOf(layout: ActorCriticLayout, parameters: Float32Array): ActorCritic {
  const { critic, networks, freeOffset, freeSize } = layout;
  const [first, second] = networks;
  return {
    actor: layersOf(first!.layout, parameters),
    critic: second ? layersOf(second.layout, parameters) : critic && 'shared',
    logStd: [...parameters.subarray(freeOffset, freeOffset + freeSize)],
  };
}
