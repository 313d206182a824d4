/** The optimizer steps of one iteration: epochs of minibatches over the rollout. */
import { declareMoments, type MomentTensors } from '../advantages/moments';
import { stopsEarly } from '../config/parts';
import type { PpoConfig } from '../config/ppo-config';
import type { Sizes } from '../config/sizes';
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/blocks';
import { gradientGroups, gradientNorm } from '../kernels/gradient';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { UpdatePlan } from '../network/kernel-plan';
import type { PackedWeights } from '../network/packed-weights';
import { checkUpdate } from './check-update';
import { FusedUpdate } from './fused-update';
import { type GatherOptions, gather } from './gather';
import { gatherObservations } from './gather-observations';
import { gatherReturns } from './gather-returns';
import { LayeredUpdate } from './layered-update';
import { minibatchMoments } from './minibatch-moments';
import { declareMinibatch, type Minibatch, minibatchRow } from './minibatches';
import { declareStatistics } from './ppo-loss';
import { declareHead, type HeadTensors } from './value-head-loss';

/** The sums of an update before its optimizer step. */
export interface UpdateSums {
  /** The gradient of every agent: [K][P], or [K][quads][4] in the layout of the fused kernels. */
  readonly gradients: Tensor;
  /** Partial sums of the loss statistics, [K][groups][LOSS_STATISTICS]. */
  readonly statistics: Tensor;
}

/** A host step that may change the sums, for example by adding those of other processes. */
export type Reduce = (sums: UpdateSums) => Promise<void>;

export interface UpdateOptions extends Omit<GatherOptions, 'minibatch' | 'config'> {
  readonly config: Pick<PpoConfig, 'minibatchBy' | 'targetKl'>;
  readonly sizes: Sizes;
  readonly layout: ActorCriticLayout;
  readonly parameters: ParameterBlock;
  readonly plan: UpdatePlan;
  /** The weights that a fused update changes; required if the update is fused. */
  readonly packed?: PackedWeights | undefined;
  /** Adam's moments, [K][2][momentCount]. */
  readonly optimizer: Tensor;
  /** 1 for agents with a non-finite parameter, [K]. */
  readonly faults: Tensor;
  /** Moments of the batch's advantages and returns, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
  /** Targets of value heads by the names of their networks, [K][T][stride]; default none. */
  readonly headReturns?: ReadonlyMap<string, Tensor> | undefined;
  /** Runs between the sum of the gradients and their norm. */
  readonly reduce?: Reduce | undefined;
}

export class Update {
  readonly minibatch: Minibatch;
  /** Computes partial sums of gradients and statistics from the minibatch. */
  readonly gradients: LayeredUpdate | FusedUpdate;
  /** [K][updates][STATISTICS] */
  readonly statistics: Tensor;
  private readonly heads: readonly HeadTensors[];
  private readonly advantageMoments: MomentTensors;
  private readonly norms: Tensor;

  /** Declares the scratch memory of one minibatch. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: UpdateOptions,
  ) {
    const { arena } = runtime;
    const { sizes, parameters, task, config, plan, packed } = options;
    const { agents } = sizes;
    this.minibatch = declareMinibatch(arena, agents, sizes.minibatch, task);
    this.advantageMoments = declareMoments(arena, 'advantage', agents, sizes.minibatch, 1);
    this.heads = [...(options.headReturns ?? [])].map(([name, returns]) =>
      declareHead(arena, this.minibatch, name, returns),
    );
    const shared = {
      ...options,
      heads: this.heads,
      minibatch: this.minibatch,
      advantageMoments: this.advantageMoments.merged,
    };
    this.gradients =
      plan.kind === 'layered'
        ? new LayeredUpdate(runtime, { ...shared, stoppable: stopsEarly(config) })
        : new FusedUpdate(runtime, { ...shared, plan, packed: packed! });
    this.statistics = declareStatistics(arena, sizes);
    const groups = gradientGroups(runtime.gpu, parameters.count);
    this.norms = arena.declare('partial norms', [agents, groups]);
  }

  /**
   * All minibatches of all epochs, in order. Every update consists of the same stages, because the
   * agents' records determine the current update; so the number of distinct dispatches does not
   * grow with the number of updates.
   * @param between stages to run between two epochs
   */
  stages(between: readonly Stage[] = []): Stage[] {
    const { epochs, minibatches } = this.options.sizes;
    const update = [this.gather(), ...this.step()];
    const stages: Stage[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      if (epoch > 0) stages.push(...between);
      for (let index = 0; index < minibatches; index++) stages.push(...update);
    }
    return stages;
  }

  /** One optimizer step on the gathered minibatch. */
  step(): Stage[] {
    return [this.moments(), ...this.gradients.stages(), this.sum(), this.optimize()];
  }

  private gather(): Stage {
    const options = { ...this.options, minibatch: this.minibatch };
    const targets = this.heads.map(({ returns, targets }) =>
      gatherReturns(this.runtime, options, returns, targets),
    );
    const observations = gatherObservations(this.runtime, options);
    const dispatches = [...observations, gather(this.runtime, options), ...targets];
    return { name: 'gather', dispatches };
  }

  /** Mean and standard deviation of the minibatch's advantages. */
  private moments(): Stage {
    const { tensor, samples } = this.minibatch;
    const row = minibatchRow(this.options.task, 'advantage');
    const dispatches = minibatchMoments(this.runtime, tensor, row, samples, this.advantageMoments);
    return { name: 'moments', dispatches };
  }

  private sum(): Stage {
    const { gradients } = this;
    const { reduce } = this.options;
    const host = reduce && (() => reduce(gradients));
    return { name: 'gradient sum', dispatches: gradients.sumGradients(), host };
  }

  private optimize(): Stage {
    const { agents, sizes, faults } = this.options;
    const { minibatches } = sizes;
    const { gradients, minibatch, norms, statistics } = this;
    const given = { agents, minibatch, minibatches, partials: gradients.statistics };
    return {
      name: 'optimizer',
      dispatches: [
        gradientNorm(this.runtime, gradients.gradients, norms),
        checkUpdate(this.runtime, { ...given, statistics, norms, faults }),
        ...gradients.applyGradients(faults),
      ],
    };
  }
}
