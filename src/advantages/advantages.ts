/** How much better each action was than expected, and the targets of the value function. */
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import { gae } from './gae';
import { declareGroupEpisodes, groupAdvantages } from './group';
import { batchMoments, declareMoments, type MomentTensors } from './normalize';

export interface AdvantageOptions {
  readonly config: Pick<PpoConfig, 'advantageEstimator' | 'groupSize'>;
  readonly agents: Tensor;
  readonly rollout: RolloutBuffer;
  readonly values: ValueBuffer;
}

/** Which slot of the batch's moments is which. */
export interface MomentSlots {
  /** Of R - V. */
  readonly residual: number;
  /** Of R. */
  readonly returns: number;
}

export class Advantages {
  /** Input of the update: with plain returns, these are the advantages. */
  readonly learned: ValueBuffer;
  /** Slot 0: of the batch's advantages; slot 1: of its returns, or R - V where those are slot 0. */
  readonly moments: MomentTensors;
  readonly slots: MomentSlots;
  private readonly groupEpisodes: Tensor | undefined;

  /** Declares the scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: AdvantageOptions,
  ) {
    const { config, rollout, values } = options;
    const { agents, envs, steps } = rollout.sizes;
    this.moments = declareMoments(runtime.arena, 'batch', agents, envs * steps, 2);
    const { groups, policyTarget, moments } = ESTIMATORS[config.advantageEstimator];
    if (groups) {
      this.groupEpisodes = declareGroupEpisodes(runtime.arena, rollout.sizes);
    }
    this.learned = { ...values, advantages: values[policyTarget] };
    this.slots = moments;
  }

  /** Advantages and returns of the whole rollout, and their moments. */
  stage(): Stage {
    const { config, agents, rollout, values } = this.options;
    const { runtime, groupEpisodes } = this;
    const estimate = groupEpisodes
      ? groupAdvantages(runtime, agents, rollout, values, groupEpisodes, config.groupSize)
      : [gae(runtime, agents, rollout, values)];
    const { advantages, returns } = values;
    const slots = this.slots.returns === 0 ? [returns, advantages] : [advantages, returns];
    return {
      name: 'advantages',
      dispatches: [...estimate, ...batchMoments(runtime, rollout.sizes, slots, this.moments)],
    };
  }
}
