/** Updates by fused kernels: the forward and backward pass of each network in a single kernel. */
import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { FusedUpdatePlan } from '../network/kernel-plan';
import type { PackedWeights } from '../network/packed-weights';
import type { PackedNetwork } from '../network/packing';
import type { Task } from '../rollout/task';
import { fusedAdam } from './fused-adam';
import { fusedGradientSum } from './fused-gradient-sum';
import type { Minibatch } from './minibatches';
import { LOSS_STATISTICS } from './ppo-loss';
import type { UpdateKernel } from './update-kernel';
import { updateLanePerNeuron } from './update-lane-per-neuron';
import { updateLanePerSample } from './update-lane-per-sample';
import { updateTiled } from './update-tiled';

export interface FusedUpdateOptions {
  readonly plan: FusedUpdatePlan;
  readonly task: Task;
  readonly agents: Tensor;
  readonly minibatch: Minibatch;
  readonly packed: PackedWeights;
  /** Adam's moments, [K][2][gradient quads] of vec4f. */
  readonly optimizer: Tensor;
  /** Moments of the minibatch's advantages, [K][1][MOMENTS_WORDS]. */
  readonly advantageMoments: Tensor;
  /** Moments of the batch's advantages and returns, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
}

interface UpdateSizes {
  /** M */
  readonly samples: number;
  /** K */
  readonly agents: number;
  readonly gradientQuads: number;
}

function updateKernel(plan: FusedUpdatePlan, gpu: Gpu, sizes: UpdateSizes): UpdateKernel {
  const { samples, agents, gradientQuads } = sizes;
  switch (plan.kind) {
    case 'lane-per-neuron':
      return updateLanePerNeuron(plan, gpu, samples, agents);
    case 'lane-per-sample':
      return updateLanePerSample(plan, samples, gradientQuads);
    case 'tiled':
      return updateTiled(plan, samples);
  }
}

export class FusedUpdate {
  private readonly kernel: UpdateKernel;
  /** Partial sums of the loss statistics, [K][rows][LOSS_STATISTICS]. */
  readonly statistics: Tensor;
  /** [K][rows][quads] of vec4f */
  readonly partials: Tensor;
  /** [K][quads] of vec4f; the same tensor as `partials` if that has a single row. */
  readonly gradients: Tensor;
  /** V(s) of the minibatch's samples by the current critic, [K][stride]; 0 without a critic. */
  private readonly values: Tensor;

  /** Declares the scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: FusedUpdateOptions,
  ) {
    const { arena, gpu } = runtime;
    const { plan, minibatch, packed } = options;
    const agents = minibatch.tensor.shape[0]!;
    const { gradientQuads } = packed.packing;
    this.kernel = updateKernel(plan, gpu, { samples: minibatch.samples, agents, gradientQuads });
    const { rows } = this.kernel;
    this.partials = arena.declare('partial gradients', [agents, rows, gradientQuads, 4]);
    // A single row is the gradient itself.
    const gradients = [agents, gradientQuads, 4];
    this.gradients = rows === 1 ? this.partials : arena.declare('gradients', gradients);
    this.statistics = arena.declare('partial loss statistics', [
      agents,
      rows,
      LOSS_STATISTICS.length,
    ]);
    this.values = arena.declare('values of the minibatch', [agents, minibatch.stride]);
  }

  /**
   * Partial sums of gradients and statistics. The critic runs first: the actor reads its values.
   */
  stages(): Stage[] {
    const { networks } = this.options.packed.packing;
    const criticFirst = [...networks].sort(
      (a, b) => Number(a.name !== 'critic') - Number(b.name !== 'critic'),
    );
    return criticFirst.map((network) => ({
      name: `${network.name} update`,
      dispatches: [this.update(network)],
    }));
  }

  /** The sum of the partial gradients; a single row is the gradient itself. */
  sumGradients(): Dispatch[] {
    const { partials, gradients } = this;
    return partials === gradients ? [] : [fusedGradientSum(this.runtime, partials, gradients)];
  }

  /** The optimizer step on the packed weights, for agents whose step check-update allows. */
  applyGradients(faults: Tensor): Dispatch[] {
    const { agents, packed, optimizer } = this.options;
    const { gradients } = this;
    const step = fusedAdam(this.runtime, { agents, faults, gradients, packed, optimizer });
    return [step, ...packed.transpose()];
  }

  private update(network: PackedNetwork): Dispatch {
    const { task, agents, minibatch, packed, advantageMoments, batchMoments } = this.options;
    const critic = network.name === 'critic';
    const { shader, constants, conditions, blocks, slices, rows } = this.kernel;
    const source = task.program(shader, {
      ...LOSS_CONSTANTS,
      ...packed.constants(network),
      ...constants,
      FREE_SIZE: critic ? 0 : task.distribution.freeSize,
    });
    const kernel = this.runtime.kernels.kernel({
      ...source,
      aliases: { ...source.aliases, activation: `kernels/activations/${network.activation}` },
      conditions: {
        ...source.conditions,
        ...conditions,
        critic,
        rolled: this.runtime.gpu.compilesForProcessor,
      },
      // The kernel's arrays are meant for registers.
      spill: undefined,
    });
    return kernel.dispatch({
      shape: {
        samples: minibatch.samples,
        stride: minibatch.stride,
        groups: rows,
        free_offset: 0,
        parameter_stride: 0,
        slices,
        blocks,
        opaque_one: 1,
      },
      tensors: {
        agents: read(agents),
        minibatch: read(minibatch.tensor),
        advantage_moments: critic ? undefined : read(advantageMoments),
        batch_moments: critic ? undefined : read(batchMoments),
        weights: read(packed.tensor),
        values: critic ? write(this.values) : read(this.values),
        partials: write(this.partials),
        statistics: critic ? undefined : write(this.statistics),
      },
      workgroups: [rows, 1, agents.shape[0]!],
    });
  }
}
