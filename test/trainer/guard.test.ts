/** What a number that is not finite does to a run: it is named, and what was learned is kept. */

import { afterAll, describe, expect, test } from 'vitest';
import { completeConfig } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { Tensor } from '../../src/gpu/arena';
import { readTensor } from '../../src/gpu/readback';
import { isFused } from '../../src/network/kernel-plan';
import { createTask } from '../../src/rollout/task';
import { createTrainer } from '../../src/trainer/create-trainer';
import { guard, NonFiniteError } from '../../src/trainer/guard';
import type { IterationReport } from '../../src/trainer/metrics';
import { Trainer } from '../../src/trainer/trainer';
import { agentMetrics } from '../cli/reports';
import { BITS, type Breakage, brokenWorld, firstNames } from '../support/broken-world';
import { openTestGpu } from '../support/gpu';
import { openRuntime } from '../support/run-dispatches';
import { SHADER_SOURCES } from '../support/shader-sources';
import { smallTrainer } from './training';

/** Four updates per iteration; step 1000 is in iteration 16, whose steps are 961 … 1024. */
const RUN = {
  seed: 3,
  numAgents: 2,
  numEnvs: 5,
  numSteps: 64,
  numMinibatches: 2,
  updateEpochs: 2,
  learningRate: 1e-3,
  annealLr: false,
  hiddenSizes: [7],
  maxSkippedUpdates: 4,
} as const;
const STEP = 1000;
const STRUCK_ITERATION = 16;

const iterations = (count: number): Partial<PpoConfig> => ({
  totalTimesteps: count * RUN.numEnvs * RUN.numSteps,
});

// One environment of agent 0 breaks, and none of agent 1.
const config = completeConfig({}, RUN);
const struck = Math.max(...firstNames(config, 0));
const world = (breakage: Pick<Breakage, 'quantity' | 'bits' | 'last'>): EnvironmentDefinition =>
  brokenWorld({ ...breakage, first: STEP, struck });

interface Run {
  readonly trainer: Trainer;
  readonly reports: readonly IterationReport[];
  /** What the iterator threw. */
  readonly error: unknown;
  /** [K][P] */
  readonly parameters: Float32Array;
}

const trainers: Trainer[] = [];
afterAll(() => {
  for (const trainer of trainers) trainer.destroy();
});

async function finish(trainer: Trainer): Promise<Run> {
  trainers.push(trainer);
  const reports: IterationReport[] = [];
  let error: unknown;
  try {
    for await (const report of trainer) reports.push(report);
  } catch (thrown) {
    error = thrown;
  }
  return { trainer, reports, error, parameters: await trainer.parameters() };
}

const run = async (environment: EnvironmentDefinition, changes: Partial<PpoConfig>): Promise<Run> =>
  finish(await smallTrainer({ ...RUN, ...changes }, environment));

async function readAll(tensor: Tensor): Promise<Float32Array> {
  return new Float32Array(await readTensor(await openTestGpu(), tensor));
}

/** The parameters of one agent, [P]. */
function ofAgent({ trainer, parameters }: Run, agent: number): Float32Array {
  const count = trainer.run.layout.parameterCount;
  return parameters.slice(agent * count, (agent + 1) * count);
}

const finite = (values: Float32Array): boolean => values.every(Number.isFinite);

test('one environment of agent 0 breaks, and none of agent 1', () => {
  expect(firstNames(config, 0).filter((name) => name >= struck)).toHaveLength(1);
  expect(firstNames(config, 1).filter((name) => name >= struck)).toHaveLength(0);
});

const BREAKAGES = [
  ['a reward of NaN', { quantity: 'reward', bits: BITS.NaN }],
  ['an infinite reward', { quantity: 'reward', bits: BITS.Infinity }],
  ['a reward of -Infinity', { quantity: 'reward', bits: BITS['-Infinity'] }],
  // For so many steps that every minibatch meets one of them.
  ['an observation of NaN', { quantity: 'observation', bits: BITS.NaN, last: STEP + 20 }],
] as const;

/** Networks of one hidden layer run layer by layer, those of two in the fused kernels. */
const PLANS = [
  ['layered', [7]],
  ['fused', [7, 5]],
] as const;

const CASES = PLANS.flatMap(([plan, hiddenSizes]) =>
  BREAKAGES.map(([name, breakage]) => [`${plan}: ${name}`, breakage, plan, hiddenSizes] as const),
);

describe.each(CASES)('%s at step 1000', (_, breakage, plan, hiddenSizes) => {
  const environment = world(breakage);
  const run = async (world: EnvironmentDefinition, changes: Partial<PpoConfig>): Promise<Run> => {
    const trainer = await smallTrainer({ ...RUN, hiddenSizes, ...changes }, world);
    expect(isFused(trainer.plan)).toBe(plan !== 'layered');
    return finish(trainer);
  };

  test('ends the run within the iteration and names iteration, agent and quantity', async () => {
    const { error, reports } = await run(environment, iterations(STRUCK_ITERATION + 4));
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(error).toMatchObject({
      name: 'NonFiniteError',
      iteration: STRUCK_ITERATION,
      agent: 0,
      quantity: breakage.quantity,
      skipped: 4,
    });
    expect((error as Error).message).toMatch(
      `iteration 16, agent 0: ${breakage.quantity} is not finite; 4 updates in a row were skipped`,
    );
    expect(reports.map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: STRUCK_ITERATION }, (_, i) => i + 1),
    );
    expect(reports.at(-1)!.agents[0]).toMatchObject({
      fault: breakage.quantity,
      'guards/faulty_environments': 1,
      'guards/skipped_updates': 4,
      'guards/skipped_in_row': 4,
      'charts/updates': 0,
    });
    const others = reports.flatMap(({ agents }, i) =>
      i + 1 < STRUCK_ITERATION ? agents : agents[1]!,
    );
    expect(others.every(({ fault }) => fault === null)).toBe(true);
    expect(others.every((metrics) => metrics['guards/faulty_environments'] === 0)).toBe(true);
    expect(others.every((metrics) => metrics['guards/skipped_updates'] === 0)).toBe(true);
  });

  test('keeps its parameters byte for byte, and the other agent learns as if alone', async () => {
    const before = await run(environment, iterations(STRUCK_ITERATION - 1));
    const after = await run(environment, iterations(STRUCK_ITERATION));
    expect(before.error).toBeUndefined();
    expect(after.error).toBeInstanceOf(NonFiniteError);
    expect(finite(after.parameters)).toBe(true);
    expect(ofAgent(after, 0)).toEqual(ofAgent(before, 0));
    const optimizers = [before, after].map(({ trainer }) => readAll(trainer.state.optimizer));
    const [first, second] = await Promise.all(optimizers);
    const half = first!.length / 2;
    expect(second!.slice(0, half)).toEqual(first!.slice(0, half));
    expect(finite(second!)).toBe(true);

    const alone = { ...iterations(STRUCK_ITERATION), numAgents: 1, seed: RUN.seed + 1 };
    const { error, parameters } = await run(environment, alone);
    expect(error).toBeUndefined();
    expect(ofAgent(after, 1)).toEqual(parameters);
    expect(ofAgent(after, 1)).not.toEqual(ofAgent(before, 1));
  });

  test('goes on with maxSkippedUpdates 0, reports, and learns again afterwards', async () => {
    const unlimited = { maxSkippedUpdates: 0 };
    const struckRun = await run(environment, { ...iterations(STRUCK_ITERATION), ...unlimited });
    const longer = await run(environment, { ...iterations(STRUCK_ITERATION + 2), ...unlimited });
    expect([struckRun.error, longer.error]).toEqual([undefined, undefined]);
    const faults = longer.reports.map(({ agents }) => agents[0]!.fault);
    expect(faults.map((fault, i) => (fault === null ? '' : `${i + 1} ${fault}`))).toContain(
      `${STRUCK_ITERATION} ${breakage.quantity}`,
    );
    expect(faults.filter((fault) => fault !== null)).toHaveLength(1);
    expect(longer.reports.at(-1)!.agents[0]!['charts/updates']).toBe(4);
    expect(longer.reports.at(-1)!.agents[0]!['guards/skipped_in_row']).toBe(0);
    expect(finite(longer.parameters)).toBe(true);
    expect(ofAgent(longer, 0)).not.toEqual(ofAgent(struckRun, 0));
  });

  test('leaves the statistics of the normalizers finite and going', async () => {
    const normalizers = { normObs: true, normReward: true, maxSkippedUpdates: 0 };
    const { trainer, reports, parameters } = await run(environment, {
      ...iterations(STRUCK_ITERATION + 1),
      ...normalizers,
    });
    const { normalizer } = trainer.state;
    const [observations, returns, running] = await Promise.all(
      [normalizer.observationMoments, normalizer.returnMoments, normalizer.discountedReturns].map(
        readAll,
      ),
    );
    expect([observations!, returns!, running!].every(finite)).toBe(true);
    // Of the batches of the whole run at most one is missing.
    const batch = RUN.numEnvs * RUN.numSteps;
    expect(returns![0]).toBeGreaterThanOrEqual(STRUCK_ITERATION * batch);
    expect(observations![0]).toBeGreaterThanOrEqual(STRUCK_ITERATION * batch);
    expect(reports[STRUCK_ITERATION - 1]!.agents[0]!.fault).toBe(breakage.quantity);
    expect(finite(parameters)).toBe(true);
  });
});

test('a single NaN in an observation is reported, and only its updates are skipped', async () => {
  const environment = world({ quantity: 'observation', bits: BITS.NaN });
  const { error, reports, parameters } = await run(environment, iterations(STRUCK_ITERATION));
  const { fault, ...metrics } = reports.at(-1)!.agents[0]!;
  expect([error, fault]).toEqual([undefined, 'observation']);
  // One minibatch of each epoch at least.
  expect(metrics['guards/skipped_updates']).toBeGreaterThanOrEqual(2);
  expect(metrics['guards/skipped_updates'] + metrics['charts/updates']).toBe(4);
  expect(finite(parameters)).toBe(true);
});

test('updates skipped in a row add up over iterations', async () => {
  // From step 1000 on nothing is finite any more: 4 skipped in each of iterations 16, 17 and 18.
  const environment = world({ quantity: 'reward', bits: BITS.NaN, last: 1e6 });
  const { error, reports } = await run(environment, { ...iterations(20), maxSkippedUpdates: 10 });
  expect(error).toMatchObject({ iteration: 18, agent: 0, quantity: 'reward', skipped: 12 });
  const rows = reports.slice(-4).map(({ agents }) => agents[0]!['guards/skipped_in_row']);
  expect(rows).toEqual([0, 4, 8, 12]);
});

test('the parameters that are kept are those of a new run', async () => {
  const environment = world({ quantity: 'reward', bits: BITS.NaN });
  const { error, parameters } = await run(environment, iterations(STRUCK_ITERATION));
  expect(error).toBeInstanceOf(NonFiniteError);
  const next = await createTrainer({
    gpu: await openTestGpu(),
    environment,
    config: { ...RUN, ...iterations(1) },
    parameters,
  });
  expect(await next.parameters()).toEqual(parameters);
  const again = await finish(next);
  expect(again.error).toBeUndefined();
  expect(finite(again.parameters)).toBe(true);
});

describe('the same run with the check switched off', () => {
  const CHECK = 'let fault = find_fault(agent, norm);';

  async function unguarded(shaders: Readonly<Record<string, string>>): Promise<Run> {
    const environment = world({ quantity: 'reward', bits: BITS.NaN });
    const runtime = await openRuntime(shaders);
    const changes = { ...RUN, ...iterations(STRUCK_ITERATION), maxSkippedUpdates: 0 };
    const complete = completeConfig({}, changes);
    const task = await createTask(runtime.gpu, environment, complete);
    const trainer = Trainer.of(runtime, task, complete);
    await trainer.prepare();
    return finish(trainer);
  }

  test('loses the critic of the agent, so the NaN does reach the optimizer', async () => {
    const text = SHADER_SOURCES['update/check-update']!;
    expect(text).toContain(CHECK);
    const off = { 'update/check-update': text.replace(CHECK, 'let fault = 0u;') };
    const [lost, kept] = [await unguarded(off), await unguarded({})];
    // What the policy's clamps make of a NaN depends on the adapter; nothing clamps the value's
    // error.
    const { criticBegin, criticEnd } = lost.trainer.run.layout;
    const critic = ofAgent(lost, 0).subarray(criticBegin, criticEnd);
    expect(critic.some(Number.isFinite)).toBe(false);
    expect(finite(ofAgent(kept, 0))).toBe(true);
    expect(ofAgent(lost, 1)).toEqual(ofAgent(kept, 1));
  });
});

describe('the mean return of the latest episodes', () => {
  const limit = 8;

  test('leaves out an episode whose return is not finite', async () => {
    // Every episode of a struck name returns NaN; names are drawn anew at every reset.
    const breakage = { quantity: 'reward', bits: BITS.NaN, first: 5, struck: 0.5 } as const;
    const environment = brokenWorld(breakage, limit);
    const { reports } = await run(environment, { ...iterations(2), maxSkippedUpdates: 0 });
    const played = (RUN.numEnvs * RUN.numSteps) / limit;
    for (const { agents } of reports) {
      for (const { episodes, ...metrics } of agents) {
        expect(episodes.count).toBeGreaterThan(0);
        expect(episodes.count).toBeLessThan(played);
        expect(Object.values(episodes).every(Number.isFinite)).toBe(true);
        expect(metrics['charts/episodic_return']).toBeLessThanOrEqual(limit);
        expect(metrics['charts/episodic_length']).toBe(limit);
        expect(metrics.fault).toBe('reward');
      }
    }
  });

  test('an evaluation counts it, ends, and has no mean', async () => {
    const environment = brokenWorld({ quantity: 'reward', bits: BITS.NaN, first: 5 }, limit);
    const trainer = await smallTrainer(RUN, environment);
    const { meanReturn, perAgent } = await trainer.evaluate({ episodes: 3 });
    expect(meanReturn).toBeNaN();
    expect(perAgent.map((agent) => agent.meanReturn)).toEqual([Number.NaN, Number.NaN]);
    trainer.destroy();
  });
});

describe('the guard', () => {
  const skipping = (...counts: number[]) =>
    counts.map((count) => ({ ...agentMetrics(1, 0), 'guards/skipped_in_row': count }));

  test('lets fewer updates in a row pass, and any number with 0', () => {
    expect(() => guard(1, skipping(0, 9), 10)).not.toThrow();
    expect(() => guard(1, skipping(0, 1000), 0)).not.toThrow();
  });

  test('names the first agent that reached it', () => {
    const error = new NonFiniteError(7, 1, 'loss', 10);
    expect(() => guard(7, skipping(9, 10, 11), 10)).toThrow(error);
  });
});
