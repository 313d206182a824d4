/** What is learned from in place of the environment's rewards: scaled, clipped, or as they are. */
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
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import { ADVANTAGE_LANES } from './gae';

/** Workgroups per agent at most; beyond, an invocation scales several rewards. */
const MOST_GROUPS = 1024;

export interface RewardOptions {
  readonly config: Pick<PpoConfig, 'normReward' | 'clipReward'>;
  readonly agents: Tensor;
  readonly buffer: RolloutBuffer;
  /** Moments of the discounted returns so far, [K][1][RUNNING_MOMENTS_WORDS]. */
  readonly returnMoments: Tensor;
  /** Discounted return of every running episode and its rest (lib/sum), [K][N][2]. */
  readonly discountedReturns: Tensor;
}

interface Discounting {
  /** G_t, [K][T][stride] */
  readonly discounted: Tensor;
  readonly batch: BatchMoments;
}

export class RewardScaling {
  private readonly discounting: Discounting | undefined;

  /** Declares scratch memory where rewards are normalised. */
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

  /** Discounted returns → their running moments → rewards; nothing where rewards stay as they are. */
  stages(): Stage[] {
    const { discounting } = this;
    const { normReward, clipReward } = this.options.config;
    if (!normReward && [clipReward].flat().every((bound) => bound === 0)) return [];
    const dispatches = [...(discounting ? this.measure(discounting) : []), this.scale(normReward)];
    return [{ name: 'rewards', dispatches }];
  }

  /** Statistics of the returns, those of this rollout included. */
  private measure({ discounted, batch }: Discounting): Dispatch[] {
    const { agents, buffer, returnMoments, discountedReturns } = this.options;
    const { sizes, rewards, endings } = buffer;
    const discount = this.runtime.kernels
      .kernel({ shader: 'advantages/discounted-returns', constants: { ADVANTAGE_LANES } })
      .dispatch({
        shape: { environments: sizes.envs, stride: sizes.stride, steps: sizes.steps },
        tensors: {
          agents: read(agents),
          rewards: read(rewards),
          endings: read(endings),
          carried: write(discountedReturns),
          discounted: write(discounted),
        },
        workgroups: [Math.ceil(sizes.envs / ADVANTAGE_LANES), 1, sizes.agents],
      });
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
    const groups = Math.min(MOST_GROUPS, Math.ceil(elements / ADVANTAGE_LANES));
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
