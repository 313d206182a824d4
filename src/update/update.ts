/** The optimizer steps of one iteration: epochs of minibatches over the rollout. */
import { declareMoments, type MomentTensors, minibatchMoments } from '../advantages/normalize';
import type { PpoConfig, Sizes } from '../config';
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import { adam } from '../kernels/adam';
import {
  linearBackwardWeights,
  type ParameterBlock,
  type SampleBlock,
  type SampleCount,
  weightSlices,
  wholeTensor,
} from '../kernels/linear';
import { GRADIENT_NORM_WORDS, gradientGroups, gradientSum } from '../kernels/reduce';
import type { ActorCriticLayout } from '../network/actor-critic';
import { Mlp } from '../network/mlp';
import { checkUpdate } from './check-update';
import {
  declareMinibatch,
  type GatherOptions,
  gather,
  type Minibatch,
  minibatchObservations,
  minibatchRow,
} from './minibatches';
import { declareLoss, type LossTensors, ppoLoss } from './ppo-loss';

export interface UpdateOptions extends Omit<GatherOptions, 'minibatch' | 'config'> {
  readonly config: Pick<PpoConfig, 'minibatchBy' | 'targetKl'>;
  readonly sizes: Sizes;
  readonly layout: ActorCriticLayout;
  readonly parameters: ParameterBlock;
  /** Adam's moments, [K][2][P]. */
  readonly optimizer: Tensor;
  /** Moments of the batch's advantages and returns, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
}

export class Update {
  readonly minibatch: Minibatch;
  readonly loss: LossTensors;
  /** [K][P] */
  readonly gradients: Tensor;
  private readonly count: SampleCount;
  /** What is trained, and the first of its rows in the outputs and their gradients. */
  private readonly networks: readonly { readonly mlp: Mlp; readonly outputRow: number }[];
  private readonly advantageMoments: MomentTensors;
  readonly partials: Tensor;
  private readonly norms: Tensor;
  readonly slices: number;

  /** Declares the scratch memory of one minibatch. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: UpdateOptions,
  ) {
    const { arena } = runtime;
    const { sizes, layout, parameters, task } = options;
    const { agents } = sizes;
    this.minibatch = declareMinibatch(arena, agents, sizes.minibatch, task);
    this.loss = declareLoss(arena, sizes, this.minibatch, task);
    const { agents: records, config } = options;
    const stops = [config.targetKl].flat().some((kl) => kl > 0) ? records : undefined;
    const count = { agents, rows: 1, stride: this.minibatch.stride, stops };
    this.count = count;
    this.networks = layout.networks.map(({ name, layout: own, outputRow }) => ({
      mlp: new Mlp(runtime, name, own, parameters, count, true),
      outputRow,
    }));
    this.advantageMoments = declareMoments(arena, 'advantage', agents, sizes.minibatch, 1);
    this.slices = weightSlices(count.stride, parameters.count);
    this.partials = arena.declare('partial gradients', [agents, this.slices, parameters.count]);
    this.gradients = arena.declare('gradients', [agents, parameters.count]);
    const groups = gradientGroups(parameters.count);
    this.norms = arena.declare('partial norms', [agents, groups, GRADIENT_NORM_WORDS]);
  }

  /**
   * All epochs of all minibatches, in order.
   * @param between runs between two epochs
   */
  stages(between: readonly Stage[] = []): Stage[] {
    const { epochs, minibatches } = this.options.sizes;
    const stages: Stage[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      if (epoch > 0) stages.push(...between);
      for (let index = 0; index < minibatches; index++) {
        stages.push(this.gather(epoch, index), ...this.step(epoch * minibatches + index));
      }
    }
    return stages;
  }

  /** One optimizer step on the minibatch that lies gathered: forward → loss → backward → Adam. */
  step(update: number): Stage[] {
    return [
      this.forward(),
      this.lossAndDerivatives(),
      this.backward(),
      this.weightGradients(),
      this.optimize(update),
    ];
  }

  private gather(epoch: number, index: number): Stage {
    const options = { ...this.options, minibatch: this.minibatch };
    return { name: 'gather', dispatches: [gather(this.runtime, options, epoch, index)] };
  }

  private forward(): Stage {
    const x = minibatchObservations(this.minibatch);
    return {
      name: 'forward',
      dispatches: this.networks.flatMap(({ mlp, outputRow }) =>
        mlp.forward(x, this.outputRow(outputRow)),
      ),
    };
  }

  private lossAndDerivatives(): Stage {
    const { task, layout } = this.options;
    const { minibatch, advantageMoments } = this;
    const row = minibatchRow(task, 'advantage');
    const options = {
      ...this.options,
      minibatch,
      freeOffset: layout.freeOffset,
      advantageMoments: advantageMoments.merged,
      tensors: this.loss,
    };
    return {
      name: 'loss',
      dispatches: [
        ...minibatchMoments(
          this.runtime,
          minibatch.tensor,
          row,
          minibatch.samples,
          advantageMoments,
        ),
        ppoLoss(this.runtime, options),
      ],
    };
  }

  private backward(): Stage {
    return {
      name: 'backward',
      dispatches: this.networks.flatMap(({ mlp, outputRow }) =>
        mlp.backward(this.gradientRow(outputRow)),
      ),
    };
  }

  private weightGradients(): Stage {
    const x = minibatchObservations(this.minibatch);
    return {
      name: 'weight gradients',
      dispatches: [
        ...this.networks.flatMap(({ mlp, outputRow }) =>
          mlp.weightGradients(x, this.gradientRow(outputRow), this),
        ),
        ...this.freeGradients(x),
      ],
    };
  }

  /** Free parameters are a bias without weights: their gradient is the sum over the samples. */
  private freeGradients(x: SampleBlock) {
    const { layout, parameters, task } = this.options;
    if (layout.freeSize === 0) return [];
    const layer = {
      inputs: 0,
      outputs: layout.freeSize,
      weightOffset: layout.freeOffset,
      biasOffset: layout.freeOffset,
    };
    return [
      linearBackwardWeights(this.runtime, {
        layer,
        dY: this.gradientRow(task.distribution.headSize + 1),
        x,
        partials: this.partials,
        slices: this.slices,
        parameterCount: parameters.count,
        count: this.count,
      }),
    ];
  }

  private optimize(update: number): Stage {
    const { agents, layout, parameters, optimizer, sizes } = this.options;
    const { minibatch, loss, partials, gradients, norms, slices } = this;
    const parameterCount = parameters.count;
    const afterEpoch = update > 0 && update % sizes.minibatches === 0;
    return {
      name: 'optimizer',
      dispatches: [
        gradientSum(this.runtime, {
          agents: sizes.agents,
          parameters: parameterCount,
          parameterTensor: parameters.tensor,
          slices,
          partials,
          gradients,
          norms,
        }),
        checkUpdate(
          this.runtime,
          { agents, minibatch, loss, norms, parameterCount },
          update,
          afterEpoch,
        ),
        adam(this.runtime, {
          agents,
          gradients,
          parameters: parameters.tensor,
          optimizer,
          critic: { begin: layout.criticBegin, end: layout.criticEnd },
        }),
      ],
    };
  }

  /** The network outputs from row `row` on. */
  private outputRow(row: number): SampleBlock {
    return { ...wholeTensor(this.loss.outputs), offset: row * this.minibatch.stride };
  }

  private gradientRow(row: number): SampleBlock {
    return { ...wholeTensor(this.loss.dOutputs), offset: row * this.minibatch.stride };
  }
}
