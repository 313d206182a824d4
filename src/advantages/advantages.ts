/** Advantages of the actions, returns, and their moments. */
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import { gae } from './gae';
import { declareGroupEpisodes } from './group';
import { groupAdvantages } from './group-advantages';
import { groupReturns } from './group-returns';
import { batchMoments, declareMoments, type MomentTensors } from './moments';

export interface AdvantageOptions {
  readonly config: Pick<PpoConfig, 'advantageEstimator' | 'groupSize'>;
  readonly agents: Tensor;
  readonly rollout: RolloutBuffer;
  readonly values: ValueBuffer;
}

/** Slots of the batch's moments. */
export interface MomentSlots {
  /** Slot of R - V. */
  readonly residual: number;
  /** Slot of R. */
  readonly returns: number;
}

export class Advantages {
  /** Input of the update; the estimator chooses which tensor are its advantages. */
  readonly learned: ValueBuffer;
  /** Slot 0: the batch's advantages; slot 1: its returns, or R - V if slot 0 has the returns. */
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
    const { agents, rollout, values } = this.options;
    const { runtime, groupEpisodes } = this;
    const estimate = groupEpisodes
      ? this.groupEstimate(groupEpisodes)
      : [gae(runtime, agents, rollout, values)];
    const { advantages, returns } = values;
    const slots = this.slots.returns === 0 ? [returns, advantages] : [advantages, returns];
    return {
      name: 'advantages',
      dispatches: [...estimate, ...batchMoments(runtime, rollout.sizes, slots, this.moments)],
    };
  }

  private groupEstimate(episodes: Tensor): Dispatch[] {
    const { config, agents, rollout, values } = this.options;
    const options = { agents, rollout, values, episodes, groupSize: config.groupSize };
    return [groupReturns(this.runtime, options), groupAdvantages(this.runtime, options)];
  }
}
