/** Random samples of the PPO loss, and the loss kernel run on them without networks. */
import type { ActionSpace } from '../../src/action-space';
import { declareMoments } from '../../src/advantages/moments';
import { type DistributionOptions, distributionFor } from '../../src/distributions/distribution';
import { elementCount } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import type { Runtime } from '../../src/gpu/runtime';
import { gradientGroups } from '../../src/kernels/gradient';
import { MOMENTS_WORDS } from '../../src/kernels/moments';
import { checkUpdate } from '../../src/update/check-update';
import { minibatchMoments } from '../../src/update/minibatch-moments';
import { declareMinibatch, minibatchRow } from '../../src/update/minibatches';
import {
  declareLoss,
  declareStatistics,
  LOSS_STATISTICS,
  ppoLoss,
  STATISTICS,
} from '../../src/update/ppo-loss';
import type { DistributionCase } from '../distributions/cases';
import { maskedBy } from '../reference/distributions';
import type { LossTarget, Prediction } from '../reference/ppo-loss';
import { Rng } from '../reference/rng';
import { type AgentChange, agentsTensor } from '../support/agents';
import { maskWords } from '../support/mask-words';
import { floats, randomFloats, readFloats, runDispatches } from '../support/run-dispatches';
import { taskWithout } from './golden-update';

export interface LossCase {
  /** [M] */
  readonly predictions: readonly Prediction[];
  /** [M] */
  readonly targets: readonly LossTarget[];
}

/** Every third choice or so is forbidden; for one sample in five, all of them. */
function randomMask(size: number, seed: number, m: number): boolean[] {
  if (m % 5 === 2) return Array.from({ length: size }, () => false);
  return randomFloats(size, 7000 + 1000 * seed + m).map((value) => value > -0.4);
}

/** Samples whose ratios and values lie on both sides of the clip ranges. */
export function randomLossCase(
  { space, options = {}, twin }: DistributionCase,
  samples: number,
  seed: number,
): LossCase {
  const { headSize, freeSize } = distributionFor(space, options);
  const free = randomFloats(freeSize, 900 + seed, 0.3);
  const rows = Array.from({ length: samples }, (_, m) => {
    const random = randomFloats(headSize + 6, 1000 * seed + m);
    const [value, change, ratio, advantage, goal, other] = random.slice(headSize);
    const parameters = [...random.slice(0, headSize), ...free];
    const rng = new Rng({ seed, stream: 1, domain: 0 }, 0, 0, m);
    const mask = options.actionMask ? randomMask(twin.parameterCount, seed, m) : undefined;
    const policy = maskedBy(twin, mask);
    const action = policy.sample(parameters, rng).map(Math.fround);
    const oldLogProb = Math.fround(policy.logProb(parameters, action) + 0.3 * ratio!);
    const refLogProb = Math.fround(policy.logProb(parameters, action) + 0.4 * other!);
    const oldValue = Math.fround(value! + 0.5 * change!);
    const scalars = { oldLogProb, refLogProb, oldValue, advantage: advantage!, return: goal! };
    const target = { action, mask, ...scalars };
    return { prediction: { parameters, value: value! }, target };
  });
  return {
    predictions: rows.map(({ prediction }) => prediction),
    targets: rows.map(({ target }) => target),
  };
}

/** A second row of statistics keeps the kernel honest about where it writes. */
const [UPDATES, UPDATE] = [2, 1] as const;
const FREE_OFFSET = 3;

/**
 * As of a batch of five advantages with mean 1/2 and unbiased variance 4; the returns do not
 * matter.
 */
export const BATCH_ADVANTAGES = { mean: 0.5, std: 2 } as const;
const BATCH_MOMENTS = (agents: number): number[] =>
  Array.from({ length: agents }, () => [5, 0.5, 16, 0, 0, 0]).flat();

/** [K][fields][stride] from columns [K][M][fields]; NaN past the last sample. */
function fieldMajor(
  columns: readonly (readonly (readonly number[])[])[],
  stride: number,
): number[] {
  return columns.flatMap((own) =>
    own[0]!.flatMap((_, field) =>
      Array.from({ length: stride }, (_, s) => own[s]?.[field] ?? Number.NaN),
    ),
  );
}

/**
 * Runs moments, loss and the check; per agent the statistics, the derivatives, and those of the
 * padding.
 */
export async function deviceLoss(
  runtime: Runtime,
  space: ActionSpace,
  cases: readonly LossCase[],
  records: readonly AgentChange[],
  distributionOptions: DistributionOptions = {},
) {
  const observationSize = 2;
  const distribution = distributionFor(space, { ...distributionOptions, reference: true });
  const { headSize, freeSize, distributionSize } = distribution;
  const task = taskWithout(distribution, observationSize);
  const samples = cases[0]!.targets.length;
  const agents = cases.length;
  const minibatch = declareMinibatch(runtime.arena, agents, samples, task);
  const tensors = declareLoss(runtime.arena, minibatch, task);
  const statistics = declareStatistics(runtime.arena, { agents, updates: UPDATES });
  const moments = declareMoments(runtime.arena, 'test', agents, samples, 1);
  runtime.arena.allocate();
  const { stride } = minibatch;
  const columns = cases.map(({ targets }) =>
    targets.map((t) => [
      ...[0, 0, ...t.action, ...maskWords(t.mask ?? []), t.refLogProb!],
      ...[t.oldLogProb, t.advantage, t.return, t.oldValue],
    ]),
  );
  const outputs = cases.map(({ predictions }) =>
    predictions.map(({ parameters, value }) => [...parameters.slice(0, headSize), value]),
  );
  writeTensor(runtime.gpu, minibatch.tensor, Float32Array.from(fieldMajor(columns, stride)));
  writeTensor(runtime.gpu, tensors.outputs, Float32Array.from(fieldMajor(outputs, stride)));
  const dSize = elementCount(tensors.dOutputs.shape);
  writeTensor(runtime.gpu, tensors.dOutputs, new Float32Array(dSize).fill(Number.NaN));
  const count = FREE_OFFSET + freeSize + 1;
  const free = cases.flatMap(({ predictions }) => [
    ...[7, 7, 7],
    ...predictions[0]!.parameters.slice(headSize),
    7,
  ]);
  const atUpdate = records.map((record) => ({ ...record, iteration_update: UPDATE }));
  const options = {
    ...{ task, minibatch, tensors, agents: agentsTensor(runtime, atUpdate) },
    parameters: { tensor: floats(runtime, [agents, count], free), count },
    freeOffset: FREE_OFFSET,
    advantageMoments: moments.merged,
    batchMoments: floats(runtime, [agents, 2, MOMENTS_WORDS], BATCH_MOMENTS(agents)),
  };
  const checked = { partials: tensors.partials, minibatches: UPDATES };
  const row = minibatchRow(task, 'advantage');
  const norms = floats(runtime, [agents, gradientGroups(runtime.gpu, count)]);
  const faults = runtime.arena.declare('faults', [agents], 'u32');
  runtime.arena.allocate();
  await runDispatches(runtime, [
    ...minibatchMoments(runtime, minibatch.tensor, row, samples, moments),
    ppoLoss(runtime, options),
    checkUpdate(runtime, { ...options, ...checked, statistics, norms, faults }),
  ]);
  const rows = await readFloats(runtime, statistics);
  const d = await readFloats(runtime, tensors.dOutputs);
  const fields = distributionSize + 1;
  return cases.map((_, agent) => {
    const column = (s: number): number[] =>
      Array.from({ length: fields }, (_, f) => d[(agent * fields + f) * stride + s]!);
    const first = (agent * UPDATES + UPDATE) * STATISTICS.length;
    return {
      statistics: rows.slice(first, first + LOSS_STATISTICS.length),
      dOutputs: Array.from({ length: samples }, (_, s) => column(s)),
      padding: Array.from({ length: stride - samples }, (_, s) => column(samples + s)).flat(),
    };
  });
}
