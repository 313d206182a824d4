/** Actor and critic, and the state-independent log standard deviations where there are any. */

import type { Activation } from '../../src/config/choices';
import type { Vector } from './linear';
import { flattenLayers, type MlpLayer, type MlpTrace, mlpBackward, mlpForward } from './mlp';

/** Also the shape of its gradient. */
export interface ActorCritic {
  /** Observation to head; with a shared trunk to head and value, the value last. */
  readonly actor: readonly MlpLayer[];
  /** Observation to value; null where there is none and values are 0. */
  readonly critic: readonly MlpLayer[] | 'shared' | null;
  /** [A] of a diagonal gaussian, [] for every other distribution. */
  readonly logStd: Vector;
}

export interface ActorCriticTrace {
  readonly actor: MlpTrace;
  /** Null where the critic is no network of its own. */
  readonly critic: MlpTrace | null;
  /** Distribution parameters, [D]: the head, then logStd. */
  readonly parameters: Vector;
  readonly value: number;
}

/** Of the hidden layers: the same one for both networks, or each its own. */
export type Activations = Activation | { readonly actor: Activation; readonly critic: Activation };

function ofNetwork(activations: Activations, network: 'actor' | 'critic'): Activation {
  return typeof activations === 'string' ? activations : activations[network];
}

export function actorCriticForward(
  network: ActorCritic,
  observation: Vector,
  activations: Activations,
): ActorCriticTrace {
  const actor = mlpForward(network.actor, observation, ofNetwork(activations, 'actor'));
  if (network.critic === 'shared') {
    const parameters = [...actor.output.slice(0, -1), ...network.logStd];
    return { actor, critic: null, parameters, value: actor.output.at(-1)! };
  }
  const critic =
    network.critic && mlpForward(network.critic, observation, ofNetwork(activations, 'critic'));
  const parameters = [...actor.output, ...network.logStd];
  return { actor, critic, parameters, value: critic ? critic.output[0]! : 0 };
}

/** V(observation) */
export function criticValue(
  network: ActorCritic,
  observation: Vector,
  activations: Activations,
): number {
  return actorCriticForward(network, observation, activations).value;
}

/** The gradient of one sample from dL/d(parameters), [D], and dL/d(value). */
export function actorCriticBackward(
  network: ActorCritic,
  trace: ActorCriticTrace,
  dParameters: Vector,
  dValue: number,
  activations: Activations,
): ActorCritic {
  const headSize = dParameters.length - network.logStd.length;
  const dHead = dParameters.slice(0, headSize);
  const logStd = dParameters.slice(headSize);
  const actorOf = (dOutput: Vector) =>
    mlpBackward(network.actor, trace.actor, dOutput, ofNetwork(activations, 'actor')).dLayers;
  if (network.critic === 'shared') {
    return { actor: actorOf([...dHead, dValue]), critic: 'shared', logStd };
  }
  const critic =
    network.critic &&
    mlpBackward(network.critic, trace.critic!, [dValue], ofNetwork(activations, 'critic')).dLayers;
  return { actor: actorOf(dHead), critic, logStd };
}

/** The layers of the critic where it is a network of its own. */
function ownCritic({ critic }: ActorCritic): readonly MlpLayer[] {
  return critic === 'shared' || critic === null ? [] : critic;
}

/** All parameters as one vector, [P]: the actor's layers, the critic's layers, logStd. */
export function flatten(network: ActorCritic): number[] {
  return [...flattenLayers([...network.actor, ...ownCritic(network)]), ...network.logStd];
}

/** The inverse of `flatten`, with the shapes of `like`. */
export function unflatten(flat: Vector, like: ActorCritic): ActorCritic {
  let next = 0;
  const take = (count: number): number[] => {
    next += count;
    return flat.slice(next - count, next);
  };
  const takeLayer = ({ weight, bias, norm }: MlpLayer): MlpLayer => ({
    weight: weight.map((row) => take(row.length)),
    bias: take(bias.length),
    ...(norm && { norm: { gain: take(norm.gain.length), bias: take(norm.bias.length) } }),
  });
  return {
    actor: like.actor.map(takeLayer),
    critic:
      like.critic === 'shared' || like.critic === null ? like.critic : like.critic.map(takeLayer),
    logStd: take(like.logStd.length),
  };
}

/** Sum of the gradients of all samples as one vector, [P]; dParameters is [M][D], dValues [M]. */
export function batchGradient(
  network: ActorCritic,
  traces: readonly ActorCriticTrace[],
  dParameters: readonly Vector[],
  dValues: Vector,
  activations: Activations,
): number[] {
  const total = flatten(network).map(() => 0);
  for (const [m, trace] of traces.entries()) {
    const d = actorCriticBackward(network, trace, dParameters[m]!, dValues[m]!, activations);
    for (const [i, g] of flatten(d).entries()) {
      total[i]! += g;
    }
  }
  return total;
}
