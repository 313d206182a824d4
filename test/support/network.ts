/** The device's parameters as the network of the twins. */
import type { ActorCriticLayout } from '../../src/network/actor-critic';
import type { MlpLayout } from '../../src/network/mlp';
import type { ActorCritic } from '../reference/actor-critic';
import type { Layer } from '../reference/linear';

function layersOf({ layers }: MlpLayout, parameters: Float32Array): Layer[] {
  return layers.map(({ inputs, outputs, weightOffset, biasOffset }) => ({
    weight: Array.from({ length: outputs }, (_, output) => [
      ...parameters.subarray(weightOffset + output * inputs, weightOffset + (output + 1) * inputs),
    ]),
    bias: [...parameters.subarray(biasOffset, biasOffset + outputs)],
  }));
}

/** One agent's parameters, [P]. */
export function networkOf(layout: ActorCriticLayout, parameters: Float32Array): ActorCritic {
  return {
    actor: layersOf(layout.actor, parameters),
    critic: layersOf(layout.critic, parameters),
    logStd: [...parameters.subarray(layout.freeOffset, layout.freeOffset + layout.freeSize)],
  };
}
