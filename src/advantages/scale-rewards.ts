/** Scales and clips the environment's rewards in place, as configured. */
import { scalesRewards } from '../config/parts';
import type { PpoConfig } from '../config/ppo-config';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import {
  type BatchMoments,
  declareBatchMoments,
  updateRunningMoments,
} from '../kernels/running-moments';
import { type DiscountOptions, discountReturns } from './discounted-returns';
import { ADVANTAGE_LANES } from './gae';

/** Most workgroups per agent; with more rewards, each invocation scales several. */
const MAX_GROUPS = 1024;

export interface RewardOptions extends DiscountOptions {
  readonly config: Pick<PpoConfig, 'normReward' | 'clipReward'>;
  /** Moments of the discounted returns so far, [K][1][RUNNING_MOMENTS_WORDS]. */
  readonly returnMoments: Tensor;
}

interface Discounting {
  /** G_t, [K][T][stride] */
  readonly discounted: Tensor;
  readonly batch: BatchMoments;
}

export class RewardScaling {
  private readonly discounting: Discounting | undefined;

  /** Declares scratch memory if rewards are normalized. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: RewardOptions,
  ) {
    if (!options.config.normReward) return;
    const { agents, envs, steps, stride } = options.buffer.sizes;
    const { arena } = runtime;
    this.discounting = {
      discounted: arena.declare('discounted returns of the steps', [agents, steps, stride]),
      batch: declareBatchMoments(arena, 'discounted return', agents, 1, envs * steps),
    };
  }

  /** Discounted returns → their running moments → rewards; no stage if rewards stay unchanged. */
  stages(): Stage[] {
    const { discounting } = this;
    const { config } = this.options;
    if (!scalesRewards(config)) return [];
    const { normReward } = config;
    const dispatches = [...(discounting ? this.measure(discounting) : []), this.scale(normReward)];
    return [{ name: 'rewards', dispatches }];
  }

  /** Updates the running moments with the returns of this rollout. */
  private measure({ discounted, batch }: Discounting): Dispatch[] {
    const { buffer, returnMoments } = this.options;
    const { sizes } = buffer;
    const discount = discountReturns(this.runtime, this.options, discounted);
    const values = {
      agents: sizes.agents,
      values: discounted,
      rows: sizes.steps,
      columns: sizes.envs,
      rowStride: sizes.stride,
      offset: 0,
      agentStride: sizes.steps * sizes.stride,
    };
    return [discount, ...updateRunningMoments(this.runtime, values, batch, returnMoments)];
  }

  private scale(normalize: boolean): Dispatch {
    const { agents, buffer, returnMoments } = this.options;
    const { sizes, rewards } = buffer;
    const elements = sizes.steps * sizes.stride;
    const groups = Math.min(MAX_GROUPS, Math.ceil(elements / ADVANTAGE_LANES));
    return this.runtime.kernels
      .kernel({
        shader: 'advantages/scale-rewards',
        constants: { ADVANTAGE_LANES },
        conditions: { normalize },
      })
      .dispatch({
        shape: { elements, invocations: groups * ADVANTAGE_LANES },
        tensors: {
          agents: read(agents),
          rewards: write(rewards),
          return_moments: normalize ? read(returnMoments) : undefined,
        },
        workgroups: [groups, 1, sizes.agents],
      });
  }
}
