import { describe, expect, test } from 'vitest';
import { distributionFor } from '../../src/distributions/distribution';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { gradientGroups } from '../../src/kernels/gradient';
import { AGENT_FIELDS, AGENT_WORDS, type AgentFields } from '../../src/trainer/agent-record';
import { checkUpdate, FAULTS } from '../../src/update/check-update';
import { declareMinibatch } from '../../src/update/minibatches';
import {
  declareStatistics,
  LOSS_STATISTICS,
  lossGroups,
  STATISTICS,
  type Statistic,
} from '../../src/update/ppo-loss';
import { expectClose } from '../reference/expect-close';
import { adaptRates } from '../reference/ppo';
import { type AgentChange, agentsTensor } from '../support/agents';
import { floats, openRuntime, readFloats, runDispatches } from '../support/run-dispatches';
import { taskWithout } from './golden-update';

const runtime = await openRuntime();

const SAMPLES = 130;
const PARAMETERS = 1500;
const task = taskWithout(distributionFor({ type: 'discrete', n: 2 }), 3);

/**
 * One update of one agent: the means of its loss, its gradient's norm, whether a parameter is at
 * fault.
 */
interface Given {
  readonly means?: Partial<Record<Statistic, number>>;
  readonly norm?: number;
  readonly faulty?: boolean;
}

/** Runs the updates of every agent [update][agent] and reads its record and statistics. */
async function run(
  changes: readonly AgentChange[],
  updates: readonly (readonly Given[])[],
  minibatches = updates.length,
) {
  const agents = changes.length;
  const minibatch = declareMinibatch(runtime.arena, agents, SAMPLES, task);
  const statistics = declareStatistics(runtime.arena, { agents, updates: updates.length });
  const faults = runtime.arena.declare('faults', [agents], 'u32');
  runtime.arena.allocate();
  const groups = lossGroups(minibatch);
  const records = agentsTensor(runtime, changes);
  for (const given of updates) {
    // Each group holds its share of the sums.
    const sums = given.flatMap(({ means = {} }) =>
      Array.from({ length: groups }, () =>
        LOSS_STATISTICS.map((name) => ((means[name] ?? 0.5) * SAMPLES) / groups),
      ).flat(),
    );
    const partials = floats(runtime, [agents, groups, LOSS_STATISTICS.length], sums);
    const normGroups = gradientGroups(runtime.gpu, PARAMETERS);
    const squares = given.flatMap(({ norm = 1 }) =>
      Array.from({ length: normGroups }, () => norm ** 2 / normGroups),
    );
    const norms = floats(runtime, [agents, normGroups], squares);
    const faulty = given.map(({ faulty = false }) => Number(faulty));
    writeTensor(runtime.gpu, faults, Uint32Array.from(faulty));
    const options = {
      agents: records,
      minibatch,
      partials,
      statistics,
      norms,
      faults,
      minibatches,
    };
    await runDispatches(runtime, [checkUpdate(runtime, options)]);
  }
  const bytes = await readTensor(runtime.gpu, records);
  const rows = await readFloats(runtime, statistics);
  return changes.map((_, agent) => {
    const word = (index: number, type: string): number =>
      type === 'u32'
        ? new Uint32Array(bytes)[agent * AGENT_WORDS + index]!
        : new Float32Array(bytes)[agent * AGENT_WORDS + index]!;
    const entries = AGENT_FIELDS.map(([name, type], index) => [name, word(index, type)]);
    const row = (update: number, name: Statistic): number =>
      rows[(agent * updates.length + update) * STATISTICS.length + STATISTICS.indexOf(name)]!;
    return { record: Object.fromEntries(entries) as AgentFields, row };
  });
}

test('a good update applies: means, norm, count and the factor of the norm', async () => {
  const means = { policy_loss: -2, approx_kl: 0.25 };
  const [a, b] = await run(
    [{ max_grad_norm: 0.5, updates: 7 }, { max_grad_norm: 100 }],
    [[{ means, norm: 4 }, {}]],
  );
  expectClose([a!.row(0, 'policy_loss'), a!.row(0, 'approx_kl')], [-2, 0.25], 1e-6);
  expectClose([a!.row(0, 'grad_norm'), b!.row(0, 'grad_norm')], [4, 1], 1e-6);
  expect([a!.row(0, 'applied'), a!.row(0, 'skipped')]).toEqual([1, 0]);
  expect([a!.record.applies, a!.record.updates, b!.record.updates]).toEqual([1, 8, 1]);
  expectClose([a!.record.clip_factor, b!.record.clip_factor], [0.5 / 4, 1], 1e-6);
});

describe('an update is skipped and counted', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'where a mean of the loss is %d, and the agent beside it is not',
    async (value) => {
      const [a, b] = await run([{}, {}], [[{ means: { value_loss: value } }, {}]]);
      expect(a!.record).toMatchObject({ applies: 0, updates: 0, skipped_in_row: 1 });
      expect(FAULTS[a!.record.fault - 1]).toBe('value_loss');
      expect([a!.row(0, 'applied'), a!.row(0, 'skipped')]).toEqual([0, 1]);
      expect(b!.record).toMatchObject({ applies: 1, updates: 1, skipped_in_row: 0, fault: 0 });
    },
  );

  test('where the gradient or a parameter is at fault', async () => {
    const [a, b] = await run([{}, {}], [[{ norm: Number.POSITIVE_INFINITY }, { faulty: true }]]);
    expect(FAULTS[a!.record.fault - 1]).toBe('gradient');
    expect(FAULTS[b!.record.fault - 1]).toBe('parameters');
    expect([a!.record.applies, b!.record.applies]).toEqual([0, 0]);
  });

  test('in a row, until one applies; the first fault is kept', async () => {
    const bad = { means: { entropy: Number.NaN } };
    const worse = { norm: Number.NaN };
    const [a, b] = await run(
      [{}, {}],
      [
        [bad, bad],
        [worse, worse],
        [bad, {}],
      ],
    );
    expect(a!.record).toMatchObject({ skipped_in_row: 3, updates: 0 });
    expect(b!.record).toMatchObject({ skipped_in_row: 0, updates: 1 });
    expect(FAULTS[a!.record.fault - 1]).toBe('entropy');
  });
});

test('means over very many groups keep their digits', async () => {
  const [agents, groups] = [2, 50_001];
  const minibatch = declareMinibatch(runtime.arena, agents, SAMPLES, task);
  const statistics = declareStatistics(runtime.arena, { agents, updates: 1 });
  const faults = runtime.arena.declare('faults', [agents], 'u32');
  runtime.arena.allocate();
  // Sums of one sample each: agent 0 has 0.1 everywhere, agent 1 0.1 and 0.3 in turns.
  const sums = Array.from({ length: agents * groups }, (_, place) =>
    LOSS_STATISTICS.map(() => (place < groups || place % 2 === 0 ? 0.1 : 0.3)),
  );
  const options = {
    agents: agentsTensor(runtime, [{}, {}]),
    minibatch: { ...minibatch, samples: groups },
    partials: floats(runtime, [agents, groups, LOSS_STATISTICS.length], sums.flat()),
    norms: floats(runtime, [agents, 1], [1, 1]),
    ...{ statistics, faults, minibatches: 1 },
  };
  await runDispatches(runtime, [checkUpdate(runtime, options)]);
  const rows = await readFloats(runtime, statistics);
  for (let agent = 0; agent < agents; agent++) {
    const own = sums.slice(agent * groups, (agent + 1) * groups).map(([first]) => first!);
    const mean = own.reduce((sum, value) => sum + value, 0) / groups;
    for (const name of LOSS_STATISTICS) {
      const place = agent * STATISTICS.length + STATISTICS.indexOf(name);
      expectClose([rows[place]!], [mean], 1e-6);
    }
  }
});

test('counts of updates stop at 2^32 - 1', async () => {
  const most = 2 ** 32 - 1;
  const [a, b] = await run(
    [{ updates: most - 1 }, { skipped_in_row: most - 1 }],
    [
      [{}, { faulty: true }],
      [{}, { faulty: true }],
    ],
  );
  expect([a!.record.updates, b!.record.skipped_in_row]).toEqual([most, most]);
});

test('every update is counted within the iteration, whether it applies or not', async () => {
  const [applied, skipped, stopped] = await run(
    [{}, {}, { stopped: 1 }],
    Array.from({ length: 5 }, () => [{}, { norm: Number.NaN }, {}]),
  );
  expect([applied!.record.updates, skipped!.record.updates]).toEqual([5, 0]);
  for (const { record } of [applied!, skipped!, stopped!]) expect(record.iteration_update).toBe(5);
});

test('an update beyond those of the iteration stays in the last row', async () => {
  const rows = [
    [{ norm: 2 }, { norm: 3 }],
    [{ norm: 4 }, { norm: 5 }],
  ];
  const [a, b] = await run([{ iteration_update: 7 }, { iteration_update: 1 }], rows);
  expect([a!.row(0, 'grad_norm'), b!.row(0, 'grad_norm')]).toEqual([0, 0]);
  expectClose([a!.row(1, 'grad_norm'), b!.row(1, 'grad_norm')], [4, 5], 1e-6);
});

describe('target KL', () => {
  const given = (kl: number): Given => ({ means: { approx_kl: kl } });

  test('ends the updates once an epoch has ended above it, and not before', async () => {
    const kls = [0.9, 0.01, 0.1, 0.9, 0.1, 0.1];
    const [a, b] = await run(
      [{ target_kl: 0.5 }, { target_kl: 0 }],
      kls.map((kl) => [given(kl), given(kl)]),
      2,
    );
    // Epochs of two updates: the second of them ends above 1/2.
    expect(kls.map((_, update) => a!.row(update, 'applied'))).toEqual([1, 1, 1, 1, 0, 0]);
    expect(kls.map((_, update) => a!.row(update, 'skipped'))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(a!.record).toMatchObject({ updates: 4, stopped: 1, applies: 0 });
    expect(kls.map((_, update) => b!.row(update, 'applied'))).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('a KL-adaptive learning rate', () => {
  test.each([0, 0.004, 0.006, 0.019, 0.021])('after a KL of %d is the twin’s', async (kl) => {
    const rates = { learning_rate: 1e-3, critic_learning_rate: 3e-3, desired_kl: 0.01 };
    const update = [{ means: { approx_kl: kl } }, { means: { approx_kl: kl } }];
    const [a, b] = await run(
      [
        { ...rates, anneal_lr: 3 },
        { ...rates, anneal_lr: 1 },
      ],
      [update],
    );
    const twin = adaptRates({ learningRate: 1e-3, criticLearningRate: 3e-3 }, kl, 0.01);
    expectClose(
      [a!.record.learning_rate, a!.record.critic_learning_rate],
      [twin.learningRate, twin.criticLearningRate],
      1e-6,
    );
    expectClose([b!.record.learning_rate, b!.record.critic_learning_rate], [1e-3, 3e-3], 1e-6);
  });

  test('stays within 1e-5 and 1e-2', async () => {
    const [a, b] = await run(
      [
        { learning_rate: 9e-3, desired_kl: 0.01, anneal_lr: 3 },
        { learning_rate: 1.1e-5, desired_kl: 0.01, anneal_lr: 3 },
      ],
      [[{ means: { approx_kl: 0.001 } }, { means: { approx_kl: 1 } }]],
    );
    expectClose([a!.record.learning_rate, b!.record.learning_rate], [1e-2, 1e-5], 1e-6);
  });
});
