/** Separate actor and critic networks in one flat parameter vector: actor, critic, free parameters. */
import type { Activation } from '../config';
import { layoutMlp, type MlpLayout } from './mlp';

export interface ActorCriticLayout {
  readonly actor: MlpLayout;
  readonly critic: MlpLayout;
  /** Where the distribution's free parameters begin. */
  readonly freeOffset: number;
  readonly freeSize: number;
  /** P: parameters of one agent. */
  readonly parameterCount: number;
  /** Bias of the actor's head, then the free parameters, before training; [headSize + freeSize]. */
  readonly initialOutputs: readonly number[];
}

export interface ActorCriticSizes {
  /** O */
  readonly observationSize: number;
  readonly headSize: number;
  readonly freeSize: number;
  readonly hiddenSizes: readonly number[];
  readonly activation: Activation;
  /** Default all 0. */
  readonly initialOutputs?: readonly number[];
}

export function layoutActorCritic(sizes: ActorCriticSizes): ActorCriticLayout {
  const { observationSize, headSize, freeSize, hiddenSizes, activation } = sizes;
  const actor = layoutMlp([observationSize, ...hiddenSizes, headSize], activation, 0);
  const critic = layoutMlp([observationSize, ...hiddenSizes, 1], activation, actor.end);
  return {
    actor,
    critic,
    freeOffset: critic.end,
    freeSize,
    parameterCount: critic.end + freeSize,
    initialOutputs: sizes.initialOutputs ?? Array.from({ length: headSize + freeSize }, () => 0),
  };
}
