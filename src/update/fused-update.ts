/** The fused form of an update: each network's forward and backward pass in one kernel. */

import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import { adamShape } from '../kernels/adam';
import { gradientGroups, reductionLanes } from '../kernels/reduce';
import type { FusedForm } from '../network/fused-form';
import type { PackedWeights } from '../network/packed-weights';
import type { PackedNetwork } from '../network/packing';
import { SAMPLE_LANES, tileSamples } from '../network/sample-tile';
import type { Task } from '../rollout/task';
import type { Minibatch } from './minibatches';
import { LOSS_STATISTICS } from './ppo-loss';

export interface FusedUpdateOptions {
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

/** Samples that a workgroup of neurons learns from, so that loading its weights hardly counts. */
const SAMPLES_PER_SLICE = 2048;
/** Slices that a minibatch is cut into where there are enough samples for so many. */
const WANTED_SLICES = 4;
const FEWEST_SAMPLES_PER_SLICE = 256;
/** Agents that keep a software adapter's cores busy with one workgroup each, which loads its weights once. */
const MANY_AGENTS = 32;

/** Lanes of a GPU that share the rows of a quad of partial gradients, where there are as many, and quads at a time. */
const ROW_LANES = 16;
const QUAD_LANES = 16;

/** Memory that the partial gradients of one agent may take where lanes are samples. */
const PARTIAL_BYTES = 2 ** 25;
const QUAD_BYTES = 16;

/** Where lanes are over tiles of samples: slices that keep a GPU busy, and samples that make up for a row of sums. */
const MOST_TILE_SLICES = 512;
const FEWEST_SAMPLES_OF_TILES = 64;

const SHADERS = {
  neurons: 'update/neuron-lanes-update',
  samples: 'update/sample-lanes-update',
  tiles: 'update/sample-tiles-update',
} as const;

/** Samples that a workgroup takes at a time. */
function blockSize(form: FusedForm): number {
  const { update, lanes, updateSamples } = form;
  if (update === 'tiles') return tileSamples(form);
  return update === 'neurons' ? updateSamples : lanes * updateSamples;
}

/** Of a minibatch; how many slices there are depends on it alone, so that no agent feels the others. */
function blocksPerSlice(form: FusedForm, samples: number, quads: number): number {
  if (form.update === 'samples') {
    const mostGroups = Math.max(1, Math.floor(PARTIAL_BYTES / (QUAD_BYTES * quads)));
    return Math.ceil(samples / (blockSize(form) * mostGroups));
  }
  if (form.update === 'tiles') {
    const share = Math.max(FEWEST_SAMPLES_OF_TILES, Math.ceil(samples / MOST_TILE_SLICES));
    return Math.ceil(share / blockSize(form));
  }
  const share = Math.max(FEWEST_SAMPLES_PER_SLICE, Math.ceil(samples / WANTED_SLICES));
  return Math.ceil(Math.min(SAMPLES_PER_SLICE, share) / form.updateSamples);
}

export class FusedUpdate {
  /** Of a slice of the minibatch. */
  private readonly blocks: number;
  /** Of a workgroup: one, or all of the minibatch one after the other. */
  private readonly slices: number;
  /** Of partial sums: workgroups per agent. */
  private readonly rows: number;
  /** Sums of the statistics, [K][rows][LOSS_STATISTICS]. */
  readonly statistics: Tensor;
  /** [K][rows][quads] of vec4f */
  readonly partials: Tensor;
  /** [K][quads] of vec4f; the partial gradients where they are one row. */
  readonly gradients: Tensor;
  /** V(s) of the minibatch by the critic as it is, [K][stride]; 0 without a critic. */
  private readonly values: Tensor;

  /** Declares the scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: FusedUpdateOptions,
  ) {
    const { arena, gpu } = runtime;
    const { minibatch, packed } = options;
    const agents = minibatch.tensor.shape[0]!;
    const { form, packing } = packed;
    const { gradientQuads } = packing;
    this.blocks = blocksPerSlice(form, minibatch.samples, gradientQuads);
    const slices = Math.ceil(minibatch.samples / (this.blocks * blockSize(form)));
    const together = !gpu.adapter.hardware && form.update === 'neurons' && agents >= MANY_AGENTS;
    this.slices = together ? slices : 1;
    this.rows = slices / this.slices;
    this.partials = arena.declare('partial gradients', [agents, this.rows, gradientQuads, 4]);
    // A single row is the gradient itself.
    const gradients = [agents, gradientQuads, 4];
    this.gradients = this.rows === 1 ? this.partials : arena.declare('gradients', gradients);
    this.statistics = arena.declare('partial loss statistics', [
      agents,
      this.rows,
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

  /** The sum of the partial gradients; a single row is the gradient itself. */
  sumGradients(): Dispatch[] {
    const { gradients, partials, rows } = this;
    if (rows === 1) return [];
    const [agents, , quads] = partials.shape as [number, number, number];
    const { gpu, kernels } = this.runtime;
    const many = gpu.adapter.hardware && rows >= ROW_LANES;
    const lanes = many ? QUAD_LANES * ROW_LANES : reductionLanes(gpu);
    const rowLanes = many ? ROW_LANES : 1;
    const groups = gradientGroups(gpu, 4 * quads);
    const kernel = kernels.kernel({
      shader: 'update/fused-gradient-sum',
      constants: { GRADIENT_LANES: lanes, ROW_LANES: rowLanes },
      conditions: { row_lanes: many },
    });
    return [
      kernel.dispatch({
        shape: { quads, rows, rounds: Math.ceil((quads * rowLanes) / (groups * lanes)) },
        tensors: { partials: read(partials), gradients: write(gradients) },
        workgroups: [groups, 1, agents],
      }),
    ];
  }

  /** The optimizer's step, where check-update lets it, on the packed weights. */
  applyGradients(faults: Tensor): Dispatch[] {
    const { agents, packed, optimizer } = this.options;
    const quads = packed.packing.gradientQuads;
    const { gpu, kernels } = this.runtime;
    const { lanes, perLane } = adamShape(gpu);
    const quadsPerLane = perLane / 4;
    const kernel = kernels.kernel({
      shader: 'update/fused-adam',
      constants: { ADAM_LANES: lanes, QUADS_PER_LANE: quadsPerLane, ...packed.layoutConstants },
    });
    const step = kernel.dispatch({
      shape: { quads },
      tensors: {
        agents: read(agents),
        faults: write(faults),
        gradients: read(this.gradients),
        weights: write(packed.tensor),
        optimizer: write(optimizer),
      },
      workgroups: [Math.ceil(quads / (lanes * quadsPerLane)), 1, agents.shape[0]!],
    });
    return [step, ...packed.transpose()];
  }

  /** Copies the packed weights to the parameters. */
  unpack(): Dispatch[] {
    return [this.options.packed.unpack()];
  }

  private update(network: PackedNetwork): Dispatch[] {
    const { task, agents, minibatch, packed, advantageMoments, batchMoments } = this.options;
    const critic = network.name === 'critic';
    const { update, updateSamples } = packed.form;
    if (update === 'layered') throw new Error('a layered update has no fused kernel');
    const source = task.program(SHADERS[update], {
      ...LOSS_CONSTANTS,
      ...packed.constants(network, updateSamples),
      ...(update === 'tiles' ? { SAMPLE_LANES } : {}),
      FREE_SIZE: critic ? 0 : task.distribution.freeSize,
    });
    const kernel = this.runtime.kernels.kernel({
      ...source,
      aliases: { ...source.aliases, activation: `kernels/activations/${network.activation}` },
      conditions: {
        ...source.conditions,
        ...packed.conditions,
        critic,
        rolled: this.runtime.gpu.compilesForProcessor,
      },
      // Its arrays are for registers.
      spill: undefined,
    });
    return packed.views(network).map((view) =>
      kernel.dispatch({
        shape: {
          samples: minibatch.samples,
          stride: minibatch.stride,
          groups: this.rows,
          free_offset: 0,
          parameter_stride: 0,
          first_agent: view.firstAgent,
          slices: this.slices,
          blocks: this.blocks,
          one: 1,
        },
        tensors: {
          agents: read(agents),
          minibatch: read(minibatch.tensor),
          advantage_moments: critic ? undefined : read(advantageMoments),
          batch_moments: critic ? undefined : read(batchMoments),
          weights: view.access,
          values: critic ? write(this.values) : read(this.values),
          partials: write(this.partials),
          statistics: critic ? undefined : write(this.statistics),
        },
        workgroups: [this.rows, 1, view.agents],
      }),
    );
  }
}
