/**
 * Further value heads: streams of rewards with discounts of their own, each with its own critic.
 */
import type { Arena, Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/blocks';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { NetworkKind } from '../network/network';
import { RowPasses } from '../network/row-passes';
import {
  declareValueBuffer,
  type RolloutBuffer,
  type RolloutSizes,
  type ValueBuffer,
} from '../rollout/rollout-buffer';
import { rowInputs } from '../rollout/unpack-observations';
import { combineAdvantages } from './combine-advantages';
import { gae, gaeForm } from './gae';
import { batchMoments, declareMoments, type MomentTensors } from './moments';
import { valueRow } from './values';

/**
 * A value that is learned beside the critic's, from a stream of rewards of its own, such as the
 * bonus of an exploration method. Its loss is ½ (V - R)², weighted by `vfCoef`; it is not reported.
 */
export interface ValueHead {
  /** Names its network; no other network of the run has the name. */
  readonly name: string;
  /** γ of its returns, 0 to 1. */
  readonly gamma: number;
  /** λ of its advantages, 0 to 1; default 0.95. */
  readonly gaeLambda?: number | undefined;
  /**
   * What its advantages are multiplied by before they are added to those that the policy learns
   * from; 0 where the policy does not see them. The sum is normalized (`normAdv`), not its parts.
   */
  readonly coefficient: number;
  /** Observation [O] to value [1]; by default of the critic's kind. */
  readonly network?: NetworkKind | undefined;
  /**
   * Prepares what writes its rewards, and may declare tensors. What it returns is called once when
   * these exist, and records dispatches that write all of the rewards. They run after every
   * rollout, before the environment's rewards are scaled or clipped.
   * @param rollout what was just played; only to be read
   * @param rewards [K][T][stride]
   */
  rewards(runtime: Runtime, rollout: RolloutBuffer, rewards: Tensor): () => readonly Dispatch[];
}

const DEFAULT_LAMBDA = 0.95;

export interface ValueHeadOptions {
  readonly heads: readonly ValueHead[];
  readonly agents: Tensor;
  readonly layout: ActorCriticLayout;
  readonly parameters: ParameterBlock;
  readonly rollout: RolloutBuffer;
  /** What is learned from without heads. */
  readonly learned: ValueBuffer;
  /** Moments of its advantages and returns, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
}

/** A head and its tensors. */
interface HeadParts {
  readonly head: ValueHead;
  readonly critic: RowPasses;
  /** [K][T][stride] */
  readonly rewards: Tensor;
  readonly recordRewards: () => readonly Dispatch[];
  readonly values: ValueBuffer;
}

/** What the policy learns from where heads add to its advantages. */
interface Combined {
  /** [K][T][stride] */
  readonly advantages: Tensor;
  readonly moments: MomentTensors;
}

function declareCombined(arena: Arena, { agents, envs, steps, stride }: RolloutSizes): Combined {
  return {
    advantages: arena.declare('combined advantages', [agents, steps, stride]),
    moments: declareMoments(arena, 'combined', agents, envs * steps, 2),
  };
}

export class ValueHeads {
  private readonly parts: readonly HeadParts[];
  private readonly combined: Combined | undefined;

  /** Declares the heads' tensors and scratch memory; without heads there is nothing. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: ValueHeadOptions,
  ) {
    const { heads, rollout } = options;
    this.parts = heads.map((head) => this.declareHead(head));
    const isSeen = heads.some(({ coefficient }) => coefficient !== 0);
    this.combined = isSeen ? declareCombined(runtime.arena, rollout.sizes) : undefined;
  }

  /** What the update learns from. */
  get learned(): ValueBuffer {
    const { combined, options } = this;
    return combined ? { ...options.learned, advantages: combined.advantages } : options.learned;
  }

  /** Slot 0 has the moments of the learned advantages, [K][2][MOMENTS_WORDS]. */
  get batchMoments(): Tensor {
    return this.combined?.moments.merged ?? this.options.batchMoments;
  }

  /** Targets of the heads by their names, [K][T][stride]. */
  get returns(): ReadonlyMap<string, Tensor> {
    return new Map(this.parts.map(({ head, values }) => [head.name, values.returns]));
  }

  /** The rewards of the heads, once the rollout is played. */
  rewardStages(): Stage[] {
    if (this.parts.length === 0) return [];
    const dispatches = this.parts.flatMap(({ recordRewards }) => recordRewards());
    return [{ name: 'head rewards', dispatches }];
  }

  /** Values, advantages and returns of the heads, once those of the critic are there. */
  stages(): Stage[] {
    if (this.parts.length === 0) return [];
    const estimates = this.parts.flatMap((parts) => this.estimate(parts));
    return [{ name: 'value heads', dispatches: [...estimates, ...this.combine()] }];
  }

  private declareHead(head: ValueHead): HeadParts {
    const { runtime } = this;
    const { layout, parameters, rollout } = this.options;
    const { sizes } = rollout;
    const { agents, steps, stride } = sizes;
    const { name } = head;
    const network = layout.networks.find((each) => each.name === name)!.layout;
    const inputs = rowInputs(runtime, rollout);
    const rewards = runtime.arena.declare(`${name} rewards`, [agents, steps, stride]);
    return {
      head,
      critic: new RowPasses(runtime, name, network, parameters, inputs, sizes, layout.storage),
      rewards,
      recordRewards: head.rewards(runtime, rollout, rewards),
      values: declareValueBuffer(runtime.arena, sizes, `${name} `),
    };
  }

  private estimate({ head, critic, rewards, values }: HeadParts): Dispatch[] {
    const { agents, rollout } = this.options;
    const own = { ...rollout, rewards };
    const discount = { gamma: head.gamma, lambda: head.gaeLambda ?? DEFAULT_LAMBDA };
    return [
      ...critic.forward((row) => valueRow(values.values, row)),
      gae(this.runtime, agents, own, values, gaeForm(rollout.sizes), discount),
    ];
  }

  /** Adds the advantages of the heads that the policy sees. */
  private combine(): Dispatch[] {
    const { combined, runtime } = this;
    if (!combined) return [];
    const { rollout, learned } = this.options;
    const { sizes } = rollout;
    const seen = this.parts.filter(({ head }) => head.coefficient !== 0);
    const sums = seen.map(({ head: { coefficient }, values }, index) =>
      combineAdvantages(runtime, {
        ...{ sizes, head: values.advantages, coefficient, combined: combined.advantages },
        advantages: index === 0 ? learned.advantages : undefined,
      }),
    );
    const tensors = [combined.advantages, learned.returns];
    return [...sums, ...batchMoments(runtime, sizes, tensors, combined.moments)];
  }
}
