/** How much better each action was than expected, and the targets of the value function. */
import type { PpoConfig } from '../config';
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

export class Advantages {
  /** Of the batch's advantages and returns. */
  readonly moments: MomentTensors;
  private readonly groupEpisodes: Tensor | undefined;

  /** Declares the scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: AdvantageOptions,
  ) {
    const { config, rollout } = options;
    const { agents, envs, steps } = rollout.sizes;
    this.moments = declareMoments(runtime.arena, 'batch', agents, envs * steps, 2);
    if (config.advantageEstimator === 'group') {
      this.groupEpisodes = declareGroupEpisodes(runtime.arena, rollout.sizes);
    }
  }

  /** Advantages and returns of the whole rollout, and their moments. */
  stage(): Stage {
    const { config, agents, rollout, values } = this.options;
    const { runtime, groupEpisodes } = this;
    const withBaseline = config.advantageEstimator === 'gae';
    const estimate = groupEpisodes
      ? groupAdvantages(runtime, agents, rollout, values, groupEpisodes, config.groupSize)
      : [gae(runtime, agents, rollout, values, { withBaseline })];
    return {
      name: 'advantages',
      dispatches: [...estimate, ...batchMoments(runtime, rollout.sizes, values, this.moments)],
    };
  }
}
