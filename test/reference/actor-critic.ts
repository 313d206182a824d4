/** Two separate networks, and the state-independent log standard deviations where there are any. */

import type { Activation } from '../../src/config';
import type { Layer, Vector } from './linear';
import { type MlpTrace, mlpBackward, mlpForward } from './mlp';

/** Also the shape of its gradient. */
export interface ActorCritic {
  readonly actor: readonly Layer[];
  readonly critic: readonly Layer[];
  /** [A] of a diagonal gaussian, [] for every other distribution. */
  readonly logStd: Vector;
}

export interface ActorCriticTrace {
  readonly actor: MlpTrace;
  readonly critic: MlpTrace;
  /** Distribution parameters, [D]: the actor's output, then logStd. */
  readonly parameters: Vector;
  readonly value: number;
}

export function actorCriticForward(
  network: ActorCritic,
  observation: Vector,
  activation: Activation,
): ActorCriticTrace {
  const actor = mlpForward(network.actor, observation, activation);
  const critic = mlpForward(network.critic, observation, activation);
  const parameters = [...actor.output, ...network.logStd];
  return { actor, critic, parameters, value: critic.output[0]! };
}

/** The critic alone: V(observation). */
export function criticValue(
  network: ActorCritic,
  observation: Vector,
  activation: Activation,
): number {
  return mlpForward(network.critic, observation, activation).output[0]!;
}

/** The gradient of one sample from dL/d(parameters), [D], and dL/d(value). */
export function actorCriticBackward(
  network: ActorCritic,
  trace: ActorCriticTrace,
  dParameters: Vector,
  dValue: number,
  activation: Activation,
): ActorCritic {
  const headSize = trace.actor.output.length;
  const dHead = dParameters.slice(0, headSize);
  return {
    actor: mlpBackward(network.actor, trace.actor, dHead, activation).dLayers,
    critic: mlpBackward(network.critic, trace.critic, [dValue], activation).dLayers,
    logStd: dParameters.slice(headSize),
  };
}

/**
 * All parameters as one vector, [P]: the actor's layers, the critic's layers, logStd. Within a
 * layer the weights come row by row, then the biases.
 */
export function flatten(network: ActorCritic): number[] {
  const layers = [...network.actor, ...network.critic];
  return [...layers.flatMap((layer) => [...layer.weight.flat(), ...layer.bias]), ...network.logStd];
}

/** The inverse of `flatten`, with the shapes of `like`. */
export function unflatten(flat: Vector, like: ActorCritic): ActorCritic {
  let next = 0;
  const take = (count: number): number[] => {
    next += count;
    return flat.slice(next - count, next);
  };
  const takeLayer = (layer: Layer): Layer => ({
    weight: layer.weight.map((row) => take(row.length)),
    bias: take(layer.bias.length),
  });
  return {
    actor: like.actor.map(takeLayer),
    critic: like.critic.map(takeLayer),
    logStd: take(like.logStd.length),
  };
}

/** Sum of the gradients of all samples as one vector, [P]; dParameters is [M][D], dValues [M]. */
export function batchGradient(
  network: ActorCritic,
  traces: readonly ActorCriticTrace[],
  dParameters: readonly Vector[],
  dValues: Vector,
  activation: Activation,
): number[] {
  const total = flatten(network).map(() => 0);
  for (const [m, trace] of traces.entries()) {
    const d = actorCriticBackward(network, trace, dParameters[m]!, dValues[m]!, activation);
    for (const [i, g] of flatten(d).entries()) {
      total[i]! += g;
    }
  }
  return total;
}
