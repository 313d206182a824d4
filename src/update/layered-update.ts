/** Updates by layered kernels: one kernel per layer and direction, for networks of any shape. */
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import { adam } from '../kernels/adam';
import {
  type ParameterBlock,
  type SampleBlock,
  type SampleCount,
  wholeTensor,
} from '../kernels/blocks';
import { gradientSum } from '../kernels/gradient';
import { linearBackwardWeights, weightSlices } from '../kernels/linear/linear';
import { type ActorCriticLayout, CRITIC_RATE } from '../network/actor-critic';
import type { Network } from '../network/network';
import type { Task } from '../rollout/task';
import { type Minibatch, minibatchObservations } from './minibatches';
import { declareLoss, type LossTensors, ppoLoss } from './ppo-loss';
import { type HeadTensors, valueHeadLoss } from './value-head-loss';

export interface LayeredUpdateOptions {
  readonly task: Task;
  readonly agents: Tensor;
  readonly layout: ActorCriticLayout;
  readonly parameters: ParameterBlock;
  /** Adam's moments, [K][2][P]. */
  readonly optimizer: Tensor;
  readonly minibatch: Minibatch;
  /** Moments of the minibatch's advantages, [K][1][MOMENTS_WORDS]. */
  readonly advantageMoments: Tensor;
  /** Moments of the batch's advantages and returns, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
  /** Tensors of the networks that are value heads. */
  readonly heads: readonly HeadTensors[];
  /** Whether an agent's updates may end before the iteration does. */
  readonly stoppable: boolean;
}

/** A trained network, with its outputs and their gradients. */
interface NetworkParts {
  readonly network: Network;
  readonly y: SampleBlock;
  readonly dY: SampleBlock;
}

export class LayeredUpdate {
  readonly loss: LossTensors;
  /** [K][slices][P] */
  readonly partials: Tensor;
  /** [K][P] */
  readonly gradients: Tensor;
  readonly slices: number;
  private readonly count: SampleCount;
  private readonly networks: readonly NetworkParts[];

  /** Declares the scratch memory of one minibatch. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: LayeredUpdateOptions,
  ) {
    const { arena } = runtime;
    const { agents: records, layout, parameters, minibatch, task } = options;
    const { storage } = layout;
    const agents = minibatch.tensor.shape[0]!;
    this.loss = declareLoss(arena, minibatch, task);
    const stops = options.stoppable ? records : undefined;
    const count = { agents, rows: 1, stride: minibatch.stride, stops };
    this.count = count;
    this.networks = layout.networks.map(({ name, layout: own, outputRow }) => ({
      network: own.create(runtime, { name, parameters, count, trained: true, storage }),
      ...this.outputsOf(name, outputRow),
    }));
    this.slices = weightSlices(runtime.gpu, count.stride, parameters.count);
    this.partials = arena.declare('partial gradients', [agents, this.slices, parameters.count]);
    this.gradients = arena.declare('gradients', [agents, parameters.count]);
  }

  /** Sums of the statistics per workgroup, [K][groups][LOSS_STATISTICS]. */
  get statistics(): Tensor {
    return this.loss.partials;
  }

  /** Partial sums of all gradients and statistics. */
  stages(): Stage[] {
    return [this.forward(), this.lossAndDerivatives(), this.backward(), this.weightGradients()];
  }

  /** The sum of the partial gradients. */
  sumGradients(): Dispatch[] {
    return [gradientSum(this.runtime, this.partials, this.gradients)];
  }

  /** The optimizer step, for agents whose step check-update allows. */
  applyGradients(faults: Tensor): Dispatch[] {
    const { agents, layout, parameters, optimizer } = this.options;
    return [
      adam(this.runtime, {
        agents,
        faults,
        gradients: this.gradients,
        parameters: parameters.tensor,
        optimizer,
        groups: [{ begin: layout.criticBegin, end: layout.criticEnd, rate: CRITIC_RATE }],
      }),
    ];
  }

  private forward(): Stage {
    const x = minibatchObservations(this.options.minibatch);
    return {
      name: 'forward',
      dispatches: this.networks.flatMap(({ network, y }) => network.forward(x, y)),
    };
  }

  private lossAndDerivatives(): Stage {
    const options = { ...this.options, freeOffset: this.options.layout.freeOffset };
    return {
      name: 'loss',
      dispatches: [
        ppoLoss(this.runtime, { ...options, tensors: this.loss }),
        ...options.heads.map((head) =>
          valueHeadLoss(this.runtime, options.agents, options.minibatch, head),
        ),
      ],
    };
  }

  private backward(): Stage {
    return {
      name: 'backward',
      dispatches: this.networks.flatMap(({ network, dY }) => network.backward(dY)),
    };
  }

  private weightGradients(): Stage {
    const x = minibatchObservations(this.options.minibatch);
    return {
      name: 'weight gradients',
      dispatches: [
        ...this.networks.flatMap(({ network, dY }) => network.weightGradients(x, dY, this)),
        ...this.freeGradients(x),
      ],
    };
  }

  /** Free parameters act as a bias without weights: their gradient is the sum over the samples. */
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

  /** The outputs of a network lie among those of head and value, or are a value head's. */
  private outputsOf(name: string, row: number | null): Omit<NetworkParts, 'network'> {
    if (row === null) {
      const { outputs, dOutputs } = this.options.heads.find((head) => head.name === name)!;
      return { y: wholeTensor(outputs), dY: wholeTensor(dOutputs) };
    }
    const offset = row * this.options.minibatch.stride;
    return { y: { ...wholeTensor(this.loss.outputs), offset }, dY: this.gradientRow(row) };
  }

  private gradientRow(row: number): SampleBlock {
    return { ...wholeTensor(this.loss.dOutputs), offset: row * this.options.minibatch.stride };
  }
}
