/** The fused form of an update: each network's forward and backward pass in one kernel. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import { type GradientTensors, gradientGroups, gradientLanes } from '../kernels/reduce';
import { LOSS_CONSTANTS } from '../loss-terms';
import type { FusedForm } from '../network/fused-form';
import type { PackedWeights } from '../network/packed-weights';
import type { PackedNetwork } from '../network/packing';
import type { Task } from '../rollout/task';
import type { Minibatch } from './minibatches';
import { LOSS_STATISTICS } from './ppo-loss';

export interface FusedUpdateOptions {
  readonly task: Task;
  readonly agents: Tensor;
  readonly minibatch: Minibatch;
  readonly packed: PackedWeights;
  /** Moments of the minibatch's advantages, [K][1][MOMENTS_WORDS]. */
  readonly advantageMoments: Tensor;
  /** Moments of the batch's advantages and returns, [K][2][MOMENTS_WORDS]. */
  readonly batchMoments: Tensor;
}

/** Samples that a workgroup of neurons learns from, so that loading its weights hardly counts. */
const SAMPLES_PER_GROUP = 2048;
/** Workgroups that a minibatch is shared among where there are enough samples for so many. */
const WANTED_GROUPS = 4;
const FEWEST_SAMPLES_PER_GROUP = 256;

/** Memory that the partial gradients of one agent may take where lanes are samples. */
const PARTIAL_BYTES = 2 ** 25;
const QUAD_BYTES = 16;

/** Samples that a workgroup takes at a time. */
function blockSize({ update, lanes, updateSamples }: FusedForm): number {
  return update === 'neurons' ? updateSamples : lanes * updateSamples;
}

/** Depends on sizes alone, so that a run can be repeated. */
function blocksPerGroup(form: FusedForm, samples: number, quads: number): number {
  if (form.update === 'samples') {
    const mostGroups = Math.max(1, Math.floor(PARTIAL_BYTES / (QUAD_BYTES * quads)));
    return Math.ceil(samples / (blockSize(form) * mostGroups));
  }
  const share = Math.max(FEWEST_SAMPLES_PER_GROUP, Math.ceil(samples / WANTED_GROUPS));
  return Math.ceil(Math.min(SAMPLES_PER_GROUP, share) / form.updateSamples);
}

export class FusedUpdate {
  private readonly blocks: number;
  /** Workgroups per agent, hence rows of partial sums. */
  readonly groups: number;
  /** Sums of the statistics per workgroup, [K][groups][LOSS_STATISTICS]. */
  readonly statistics: Tensor;
  /** [K][groups][quads] of vec4f */
  readonly partials: Tensor;
  /** V(s) of the minibatch by the critic as it is, [K][stride]; 0 without a critic. */
  private readonly values: Tensor;

  /** Declares the scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: FusedUpdateOptions,
  ) {
    const { arena } = runtime;
    const { minibatch, packed } = options;
    const agents = minibatch.tensor.shape[0]!;
    this.blocks = blocksPerGroup(packed.form, minibatch.samples, packed.packing.gradientQuads);
    this.groups = Math.ceil(minibatch.samples / (this.blocks * blockSize(packed.form)));
    const { gradientQuads } = packed.packing;
    this.partials = arena.declare('partial gradients', [agents, this.groups, gradientQuads, 4]);
    this.statistics = arena.declare('partial loss statistics', [
      agents,
      this.groups,
      LOSS_STATISTICS.length,
    ]);
    this.values = arena.declare('values of the minibatch', [agents, minibatch.stride]);
  }

  /** Partial sums of all gradients and statistics; the actor's statistics want the critic's values. */
  stages(): Stage[] {
    const { networks } = this.options.packed.packing;
    const criticFirst = [...networks].sort(
      (a, b) => Number(a.name !== 'critic') - Number(b.name !== 'critic'),
    );
    return criticFirst.map((network) => ({
      name: `${network.name} update`,
      dispatches: this.update(network),
    }));
  }

  /** The sum of the partial gradients, at the parameters' own places. */
  sumGradients({ parameters, gradients, norms }: GradientTensors): Dispatch {
    const [agents, count] = parameters.shape as [number, number];
    const { packed } = this.options;
    const groups = gradientGroups(count);
    const { gpu, kernels } = this.runtime;
    return kernels
      .kernel({
        shader: 'update/fused-gradient-sum',
        constants: { GRADIENT_LANES: gradientLanes(gpu) },
      })
      .dispatch({
        shape: {
          parameters: count,
          quads: packed.packing.gradientQuads,
          slices: this.groups,
          groups,
        },
        tensors: [
          read(this.partials),
          read(packed.gradientOrigins),
          read(parameters),
          write(gradients),
          write(norms),
        ],
        workgroups: [groups, 1, agents],
      });
  }

  private update(network: PackedNetwork): Dispatch[] {
    const { task, agents, minibatch, packed, advantageMoments, batchMoments } = this.options;
    const critic = network.name === 'critic';
    const { update, updateSamples } = packed.form;
    const shader = update === 'neurons' ? 'neuron-lanes-update' : 'sample-lanes-update';
    const source = task.program(`update/${shader}`, {
      ...LOSS_CONSTANTS,
      ...packed.constants(network, updateSamples),
      FREE_SIZE: critic ? 0 : task.distribution.freeSize,
    });
    const kernel = this.runtime.kernels.kernel({
      ...source,
      aliases: { ...source.aliases, activation: `kernels/activations/${network.activation}` },
      conditions: { ...source.conditions, ...packed.conditions, critic },
    });
    return packed.views(network).map((view) =>
      kernel.dispatch({
        shape: {
          samples: minibatch.samples,
          stride: minibatch.stride,
          groups: this.groups,
          free_offset: 0,
          parameter_stride: 0,
          first_agent: view.firstAgent,
          blocks: this.blocks,
          one: 1,
        },
        tensors: [
          read(agents),
          read(minibatch.tensor),
          critic ? undefined : read(advantageMoments),
          critic ? undefined : read(batchMoments),
          view.access,
          critic ? write(this.values) : read(this.values),
          write(this.partials),
          critic ? undefined : write(this.statistics),
        ],
        workgroups: [this.groups, 1, view.agents],
      }),
    );
  }
}
