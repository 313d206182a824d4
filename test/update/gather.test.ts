import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { distributionFor } from '../../src/distributions/distribution';
import type { Tensor } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import {
  declareRolloutBuffer,
  declareValueBuffer,
  rolloutSizes,
} from '../../src/rollout/rollout-buffer';
import { gather } from '../../src/update/gather';
import { gatherReturns } from '../../src/update/gather-returns';
import { declareMinibatch, minibatchRow } from '../../src/update/minibatches';
import { permutation } from '../reference/permutation';
import { keyWords, STREAM, threefry4x32 } from '../reference/rng';
import { agentsTensor } from '../support/agents';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';
import { taskWithout } from './golden-update';

const [AGENTS, ENVS, STEPS, SAMPLES] = [2, 5, 7, 7] as const;
const BATCH = ENVS * STEPS;

const runtime = await openRuntime();
// Two choices, and two words for the 17 choices of their mask.
const space = { type: 'multi-discrete', nvec: [3, 14] } as const;
const distribution = distributionFor(space, { actionMask: true });
const task = { ...taskWithout(distribution, 3), maxEpisodeSteps: 4 };
const sizes = rolloutSizes(AGENTS, ENVS, STEPS, task);
const rollout = declareRolloutBuffer(runtime.arena, sizes, task);
const values = declareValueBuffer(runtime.arena, sizes);
const bySample = declareMinibatch(runtime.arena, AGENTS, SAMPLES, task);
// One environment, and all of them, with all their steps.
const byEnvironment = [1, ENVS].map((members) =>
  declareMinibatch(runtime.arena, AGENTS, members * STEPS, task),
);
runtime.arena.allocate();

/** The second in an iteration whose number has more than 32 bits. */
const RECORDS = [
  { seed: 3, domain: 0, iteration: 0 },
  { seed: 9 + 2 ** 32, domain: 2, iteration: 11 + 5 * 2 ** 32 },
];
/** The records when minibatch `index` of `epoch` is next. */
const agentsAt = (epoch: number, index: number, minibatches: number): Tensor => {
  const iteration_update = epoch * minibatches + index;
  return agentsTensor(
    runtime,
    RECORDS.map(({ seed, domain, iteration }) => ({
      ...{ seed_low: seed % 2 ** 32, seed_high: Math.floor(seed / 2 ** 32), domain },
      ...{ iteration: iteration % 2 ** 32, iteration_high: Math.floor(iteration / 2 ** 32) },
      iteration_update,
    })),
  );
};

/** Fills a tensor with numbers that are all different, those of `first` and its followers. */
function number(tensor: Tensor, first: number): void {
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  writeTensor(
    runtime.gpu,
    tensor,
    Float32Array.from({ length: count }, (_, i) => first + i),
  );
}

const FIRST = {
  ...{ observations: 10_000, actions: 20_000, logProbs: 30_000 },
  ...{ advantages: 40_000, returns: 50_000, values: 60_000 },
} as const;
number(rollout.observations, FIRST.observations);
number(rollout.actions, FIRST.actions);
number(rollout.logProbs, FIRST.logProbs);
number(values.advantages, FIRST.advantages);
number(values.returns, FIRST.returns);
number(values.values, FIRST.values);

/** What stands in row, field and column of an agent's tensor [rows][fields][stride]. */
function numberAt(
  first: number,
  agent: number,
  row: number,
  rows: number,
  n: number,
  f = 0,
  fields = 1,
) {
  return first + ((agent * rows + row) * fields + f) * sizes.stride + n;
}

/** The column that transition (t, n) makes in a minibatch. */
function expectedColumn(agent: number, t: number, n: number): number[] {
  const perStep = (first: number, f = 0, fields = 1): number =>
    numberAt(first, agent, t, STEPS, n, f, fields);
  const perRow = (first: number, f = 0, fields = 1): number =>
    numberAt(first, agent, t, sizes.rows, n, f, fields);
  return [
    ...[0, 1, 2].map((f) => perRow(FIRST.observations, f, 3)),
    ...[0, 1, 2, 3].map((f) => perStep(FIRST.actions, f, 4)),
    perStep(FIRST.logProbs),
    perStep(FIRST.advantages),
    perStep(FIRST.returns),
    perRow(FIRST.values),
  ];
}

/** The columns of minibatch `index` of `epoch`, [K][stride][rows]. */
async function gathered(
  epoch: number,
  index: number,
  minibatchBy: PpoConfig['minibatchBy'] = 'samples',
  minibatch = bySample,
): Promise<number[][][]> {
  number(minibatch.tensor, 70_000);
  const config = { minibatchBy };
  const agents = agentsAt(epoch, index, BATCH / minibatch.samples);
  const options = { config, task, agents, rollout, values, minibatch };
  await runDispatches(runtime, [gather(runtime, options)]);
  const found = await readFloats(runtime, minibatch.tensor);
  const [, rows, stride] = minibatch.tensor.shape as [number, number, number];
  return RECORDS.map((_, agent) =>
    Array.from({ length: stride }, (_, column) =>
      Array.from({ length: rows }, (_, row) => found[(agent * rows + row) * stride + column]!),
    ),
  );
}

/** The order in which the twin visits `size` things of an agent, by default its batch. */
function twinOrder(agent: number, epoch: number, size = BATCH): number[] {
  const { iteration, ...record } = RECORDS[agent]!;
  const key = keyWords({ ...record, stream: STREAM.permutation }, iteration);
  return permutation(size, threefry4x32(key, [iteration % 2 ** 32, epoch, 0, 0]));
}

describe.each([0, 1])('epoch %d', (epoch) => {
  test.each([0, 2, 4])(
    'minibatch %d holds the transitions of the twin, then zeros',
    async (index) => {
      for (const [agent, columns] of (await gathered(epoch, index)).entries()) {
        const own = twinOrder(agent, epoch).slice(index * SAMPLES, (index + 1) * SAMPLES);
        const expected = own.map((b) => expectedColumn(agent, Math.floor(b / ENVS), b % ENVS));
        const padding = expectedColumn(0, 0, 0).map(() => 0);
        expect(columns).toEqual([...expected, padding]);
      }
    },
  );

  test('visits every transition once', async () => {
    const seen = [0, 1].map((): number[] => []);
    for (let index = 0; index < BATCH / SAMPLES; index += 1) {
      for (const [agent, columns] of (await gathered(epoch, index)).entries()) {
        const logProbs = columns
          .slice(0, SAMPLES)
          .map((column) => column[minibatchRow(task, 'logProb')]!);
        seen[agent]!.push(...logProbs);
      }
    }
    for (const logProbs of seen) expect(new Set(logProbs).size).toBe(BATCH);
  });
});

describe.each([0, 1])('by environments, epoch %d', (epoch) => {
  const columnOf = (agent: number, t: number, n: number): number[] => expectedColumn(agent, t, n);

  test.each([0, 3, 4])(
    'minibatch %d of one environment holds its steps in order',
    async (index) => {
      const minibatches = await gathered(epoch, index, 'environments', byEnvironment[0]!);
      for (const [agent, columns] of minibatches.entries()) {
        const n = twinOrder(agent, epoch, ENVS)[index]!;
        const expected = Array.from({ length: STEPS }, (_, t) => columnOf(agent, t, n));
        expect(columns).toEqual([...expected, columnOf(0, 0, 0).map(() => 0)]);
      }
    },
  );

  test('several environments lie side by side, step by step', async () => {
    const minibatches = await gathered(epoch, 0, 'environments', byEnvironment[1]!);
    for (const [agent, columns] of minibatches.entries()) {
      const members = twinOrder(agent, epoch, ENVS);
      const expected = Array.from({ length: STEPS }, (_, t) =>
        members.map((n) => columnOf(agent, t, n)),
      ).flat();
      expect(columns.slice(0, BATCH)).toEqual(expected);
    }
  });

  test('the minibatches visit every transition once, each of a single environment', async () => {
    const row = minibatchRow(task, 'logProb');
    const seen = [0, 1].map((): number[] => []);
    for (let index = 0; index < ENVS; index += 1) {
      const minibatches = await gathered(epoch, index, 'environments', byEnvironment[0]!);
      for (const [agent, columns] of minibatches.entries()) {
        const logProbs = columns.slice(0, STEPS).map((column) => column[row]!);
        const columnsOfRollout = logProbs.map(
          (logProb) => (logProb - FIRST.logProbs) % sizes.stride,
        );
        expect(new Set(columnsOfRollout).size).toBe(1);
        seen[agent]!.push(...logProbs);
      }
    }
    for (const logProbs of seen) expect(new Set(logProbs).size).toBe(BATCH);
  });
});

test('the rows of a minibatch are where the loss looks for them', () => {
  const names = ['action', 'mask', 'logProb', 'advantage', 'return', 'value'] as const;
  expect(names.map((name) => minibatchRow(task, name))).toEqual([3, 5, 7, 8, 9, 10]);
  const plain = taskWithout(distributionFor(space), 3);
  expect(names.map((name) => minibatchRow(plain, name))).toEqual([3, 5, 5, 6, 7, 8]);
});

test.each(['samples', 'environments'] as const)(
  'the returns of a value head come in the same order, by %s',
  async (minibatchBy) => {
    const minibatch = minibatchBy === 'samples' ? bySample : byEnvironment[0]!;
    const { stride, samples, tensor } = minibatch;
    const agents = agentsAt(1, 2, BATCH / samples);
    const options = { config: { minibatchBy }, task, agents, rollout, values, minibatch };
    const targets = floats(runtime, [AGENTS, 1, stride], randomFloats(AGENTS * stride, 1));
    await runDispatches(runtime, [
      gather(runtime, options),
      gatherReturns(runtime, options, values.returns, targets),
    ]);
    const [all, found] = [await readFloats(runtime, tensor), await readFloats(runtime, targets)];
    const row = minibatchRow(task, 'return');
    const rows = tensor.shape[1]!;
    for (let agent = 0; agent < AGENTS; agent++) {
      const first = (agent * rows + row) * stride;
      const own = found.slice(agent * stride, (agent + 1) * stride);
      expect(own).toEqual(all.slice(first, first + stride));
      expect(own.slice(samples)).toEqual([0]);
    }
  },
);
