/** The real `Update` on the networks and batch of a golden case, with another agent beside it. */
import type { ActionSpace } from '../../src/action-space';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import {
  type Distribution,
  distributionConditions,
  distributionConstants,
  distributionFor,
} from '../../src/distributions/distribution';
import { cartpole } from '../../src/environments/cartpole';
import type { Tensor } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import type { Runtime } from '../../src/gpu/runtime';
import { MOMENTS_WORDS } from '../../src/kernels/moments';
import {
  type ActorCriticLayout,
  type ActorCriticSizes,
  layoutActorCritic,
} from '../../src/network/actor-critic';
import { LAYERED, type UpdatePlan } from '../../src/network/kernel-plan';
import { PackedWeights } from '../../src/network/packed-weights';
import { momentCount } from '../../src/network/packing';
import {
  declareRolloutBuffer,
  declareValueBuffer,
  rolloutSizes,
} from '../../src/rollout/rollout-buffer';
import type { Task } from '../../src/rollout/task';
import { Update } from '../../src/update/update';
import { type ActorCritic, flatten } from '../reference/actor-critic';
import type { GoldenBatch, GoldenConfig } from '../reference/fixtures';
import type { Sample } from '../reference/train-state';
import { type AgentChange, agentsTensor } from '../support/agents';
import { floats, readFloats, runDispatches, words } from '../support/run-dispatches';
import { unpackGradients } from '../support/unpack-gradients';

function actionSpace(config: GoldenConfig, batch: GoldenBatch): ActionSpace {
  const ones = Array.from({ length: batch.head_dim }, () => 1);
  switch (config.distribution) {
    case 'categorical':
      return { type: 'discrete', n: batch.head_dim };
    case 'multi_categorical':
      return { type: 'multi-discrete', nvec: batch.nvec! };
    case 'diagonal_gaussian':
      return { type: 'box', low: ones.map(() => -1), high: ones };
  }
}

/** A task for kernels that look at sizes and distribution but at no environment. */
export function taskWithout(distribution: Distribution, observationSize: number): Task {
  const sizes = { OBSERVATION_SIZE: observationSize, ...distributionConstants(distribution) };
  return {
    environment: cartpole,
    storage: 'f32',
    distribution,
    observationSize,
    hasTables: false,
    twoPlayers: false,
    stateWords: 0,
    maxEpisodeSteps: 0,
    truncates: false,
    program: (shader, constants) => ({
      shader,
      constants: { ...sizes, ...constants },
      aliases: { distribution: distribution.shader, observation_type: 'lib/stored/f32' },
      conditions: distributionConditions(distribution),
    }),
  };
}

/** The hyperparameters of a golden case as the device has them. */
export function goldenRecord(config: GoldenConfig): AgentChange {
  return {
    loss: {
      clip_coef: config.clip_range,
      clip_vloss: Number(config.clip_range_vf !== null),
      vf_clip_coef: config.clip_range_vf ?? 0,
      vf_coef: config.vf_coef,
      ent_coef: -config.ent_coef,
    },
    norm_adv: Number(config.normalize_advantages),
  };
}

/** What a test changes about the two plain networks of the files. */
export type Structure = Pick<
  ActorCriticSizes,
  'sharedTrunk' | 'layerNorm' | 'criticActivation' | 'withCritic'
>;

/** The parameters' places for the networks of a golden case. */
export function goldenLayout(
  config: GoldenConfig,
  batch: GoldenBatch,
  structure: Structure = {},
): ActorCriticLayout {
  const distribution = distributionFor(actionSpace(config, batch));
  const { activation } = config;
  const sizes = { observationSize: batch.obs_dim, hiddenSizes: batch.hidden, activation };
  return layoutActorCritic({ ...sizes, ...distribution, ...structure });
}

export interface GoldenUpdateOptions {
  readonly config: GoldenConfig;
  readonly batch: GoldenBatch;
  readonly network: ActorCritic;
  readonly structure?: Structure;
  readonly record: AgentChange;
  /** M */
  readonly samples: number;
  readonly updates: number;
  /** Default layered. */
  readonly plan?: UpdatePlan | undefined;
}

/** Agent 1 is the golden one; agent 0 shares nothing with it but the shapes. */
export const AGENT = 1;

export class GoldenUpdate {
  readonly update: Update;
  readonly parameters: Tensor;
  private readonly packed: PackedWeights | undefined;
  /** P */
  readonly parameterCount: number;

  constructor(
    private readonly runtime: Runtime,
    options: GoldenUpdateOptions,
  ) {
    const { config, batch, network, structure, record, samples, updates } = options;
    const { plan = LAYERED.update } = options;
    const distribution = distributionFor(actionSpace(config, batch));
    const task = taskWithout(distribution, batch.obs_dim);
    const layout = goldenLayout(config, batch, structure);
    this.parameterCount = layout.parameterCount;
    const golden = flatten(network);
    const decoy = golden.map((parameter) => 0.5 - parameter);
    this.parameters = floats(runtime, [2, layout.parameterCount], [...decoy, ...golden]);
    const rollout = rolloutSizes(2, samples, 1, task);
    const block = { tensor: this.parameters, count: layout.parameterCount };
    this.packed =
      plan.kind === 'layered'
        ? undefined
        : new PackedWeights(runtime, layout, block, { update: plan });
    this.update = new Update(runtime, {
      plan,
      packed: this.packed,
      config: DEFAULT_CONFIG,
      task,
      layout,
      agents: agentsTensor(runtime, [
        { loss: { clip_coef: 0.01, vf_coef: 3 }, learning_rate: 0.1 },
        record,
      ]),
      rollout: declareRolloutBuffer(runtime.arena, rollout, task),
      values: declareValueBuffer(runtime.arena, rollout),
      sizes: {
        ...{ agents: 2, envs: samples, steps: 1, batch: samples, minibatch: samples },
        ...{ minibatches: 1, epochs: updates, updates, iterations: 1 },
      },
      parameters: block,
      optimizer: floats(runtime, [2, 2, momentCount(layout, plan)]),
      faults: words(runtime, [2]),
      batchMoments: floats(runtime, [2, 2, MOMENTS_WORDS]),
    });
    runtime.arena.allocate();
    this.packed?.write();
  }

  /** One optimizer step on these samples; agent 0 sees them in reverse, with other rewards. */
  async step(samples: readonly Sample[], update: number): Promise<void> {
    const { tensor, stride } = this.update.minibatch;
    const rowsOf = (own: readonly Sample[]): number[] => {
      const columns = own.map((s) => [
        ...s.observation,
        ...s.action,
        ...[s.oldLogProb, s.advantage, s.return, s.oldValue],
      ]);
      return columns[0]!.flatMap((_, row) =>
        Array.from({ length: stride }, (_, column) => columns[column]?.[row] ?? 0),
      );
    };
    const decoys = samples.toReversed().map((s) => ({ ...s, return: 2 - s.return }));
    const values = [...rowsOf(decoys), ...rowsOf(samples)];
    writeTensor(this.runtime.gpu, tensor, Float32Array.from(values));
    await runDispatches(this.runtime, [
      ...(this.packed && update === 0 ? [this.packed.pack()] : []),
      ...this.update.step().flatMap(({ dispatches }) => dispatches),
      ...(this.packed ? [this.packed.unpack()] : []),
    ]);
  }

  /** Of both agents, [2][P]. */
  async gradients(): Promise<number[]> {
    const found = await readFloats(this.runtime, this.update.gradients.gradients);
    if (!this.packed) return found;
    return unpackGradients(found, this.packed.packing, this.parameterCount);
  }
}
