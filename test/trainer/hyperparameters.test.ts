/** Hyperparameters that change while a run is under way. */
import { describe, expect, test } from 'vitest';
import { isHyperparameter } from '../../src/config/changes';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_FIELDS } from '../../src/config/fields';
import type { PpoConfig } from '../../src/config/ppo-config';
import { initialAgent, packAgents } from '../../src/trainer/agent-record';
import { changeHyperparameters } from '../../src/trainer/change-hyperparameters';
import { NonFiniteError } from '../../src/trainer/guard';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { BITS, brokenWorld } from '../support/broken-world';
import { openTestGpu } from '../support/gpu';
import { allReports, smallTrainer } from './training';

const BATCH = 60;
const gpu = await openTestGpu();
const lengthened = { totalTimesteps: 10 * BATCH, annealLr: false, hiddenSizes: [7, 5] };

/** Stops in the body of iteration `at`, with iterations in flight. */
async function trainTo(at: number, config: Partial<PpoConfig> = lengthened): Promise<Trainer> {
  const trainer = await smallTrainer(config);
  for await (const { iteration } of trainer) if (iteration === at) break;
  return trainer;
}

test('take effect in the next iteration, whatever was in flight', async () => {
  const changes = { learningRate: 5e-4, entCoef: 0.1 };
  const trainer = await trainTo(3);
  const checkpoint = await trainer.save();
  await trainer.setHyperparameters(changes);
  expect(trainer.config.entCoef).toBe(0.1);
  const reports = await allReports(trainer);
  expect(reports.map(({ iteration }) => iteration)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(reports[0]!.agents[0]!['charts/learning_rate']).toBeCloseTo(5e-4, 9);
  const resumed = await restoreTrainer({ gpu, checkpoint, config: changes });
  const agentsOf = (list: typeof reports) => list.map(({ agents }) => agents);
  expect(agentsOf(await allReports(resumed))).toEqual(agentsOf(reports));
  expect(await resumed.parameters()).toEqual(await trainer.parameters());
  trainer.destroy();
  resumed.destroy();
});

test('can be set in the body of the loop', async () => {
  const trainer = await smallTrainer(lengthened);
  const rates: number[] = [];
  for await (const { iteration, agents } of trainer) {
    rates.push(agents[0]!['charts/learning_rate']);
    if (iteration === 4) await trainer.setHyperparameters({ learningRate: 2e-3 });
  }
  expect(rates.slice(0, 4)).toEqual(Array(4).fill(Math.fround(1e-3)));
  expect(rates.slice(4)).toEqual(Array(6).fill(Math.fround(2e-3)));
  trainer.destroy();
});

test('training goes on beyond totalTimesteps', async () => {
  const trainer = await smallTrainer(lengthened);
  expect((await allReports(trainer)).length).toBe(10);
  expect(await allReports(trainer)).toEqual([]);
  await trainer.setHyperparameters({ totalTimesteps: 12 * BATCH });
  const more = await allReports(trainer);
  expect(more.map(({ iteration, iterations }) => [iteration, iterations])).toEqual([
    [11, 12],
    [12, 12],
  ]);
  trainer.destroy();
});

test('a change to the values at hand changes nothing', async () => {
  const config = { ...lengthened, annealLr: 'linear', annealEnt: 'cosine', entCoef: 0.01 } as const;
  const [whole, other] = [await smallTrainer(config), await trainTo(3, config)];
  await other.setHyperparameters({ entCoef: 0.01 });
  await allReports(whole);
  await allReports(other);
  expect(await other.parameters()).toEqual(await whole.parameters());
  whole.destroy();
  other.destroy();
});

describe('are refused with nothing changed', () => {
  test.each<readonly [Partial<PpoConfig>, RegExp]>([
    [{ gamma: 2 }, /gamma is 2; it must be/],
    [{ numEnvs: 6 }, /numEnvs is 5 and cannot change to 6 while a run is under way/],
    [{ targetKl: 0.1 }, /targetKl: 0 → 0.1 turns a part of the iteration on or off/],
    [{ totalTimesteps: 60 }, /totalTimesteps is 60; it must be at least 180, those of the iter/],
  ])('%j', async (changes, message) => {
    const trainer = await trainTo(3);
    const { config } = trainer;
    await expect(trainer.setHyperparameters(changes)).rejects.toThrow(message);
    expect(trainer.config).toBe(config);
    trainer.destroy();
  });
});

/** A value that differs from the default, for each field that can change. */
const CHANGED: Partial<Record<keyof PpoConfig, unknown>> = {
  ...{ annealLr: 'cosine', normAdv: 'batch', objective: 'penalty', annealClip: 'linear' },
  ...{ clipVloss: false, annealEnt: 'linear', annealKl: false, totalTimesteps: 1 },
};

describe('the records of the agents', () => {
  const words = packAgents([initialAgent(DEFAULT_CONFIG, 0)]);
  const keys = (Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[]).filter(
    (key) => isHyperparameter(key) && key !== 'maxSkippedUpdates',
  );

  test.each(keys)('show a change of %s', (key) => {
    const value = CHANGED[key] ?? (DEFAULT_CONFIG[key] as number) + 0.125;
    const changed = changeHyperparameters(
      words,
      DEFAULT_CONFIG,
      { ...DEFAULT_CONFIG, [key]: value },
      0,
    );
    expect(changed).not.toEqual(words);
  });

  test('keep an adaptive rate unless it is set', () => {
    const adaptive: PpoConfig = { ...DEFAULT_CONFIG, annealLr: 'kl-adaptive', learningRate: 0.5 };
    const before = packAgents([{ ...initialAgent(adaptive, 0), learning_rate: 0.125 }]);
    const rateOf = (record: Uint32Array): number[] =>
      [...new Float32Array(record.buffer)].filter((value) => value === 0.125 || value === 0.25);
    expect(rateOf(changeHyperparameters(before, adaptive, { ...adaptive, gamma: 0.5 }, 2))).toEqual(
      [0.125],
    );
    const set = changeHyperparameters(before, adaptive, { ...adaptive, learningRate: 0.25 }, 2);
    expect(rateOf(set).length).toBeGreaterThan(1);
    expect(rateOf(set)).not.toContain(0.125);
  });
});

test('can be set at any time, from outside of the loop', async () => {
  const trainer = await smallTrainer({ ...lengthened, totalTimesteps: 40 * BATCH });
  const changes: Promise<void>[] = [];
  const rates: number[] = [];
  for await (const { iteration, agents } of trainer) {
    rates.push(agents[0]!['charts/learning_rate']);
    // Not awaited: the loop asks for the next report at the same time, or has done so already.
    const change = { learningRate: 1e-3 / (iteration + 1) };
    if (iteration % 3 === 1) changes.push(trainer.setHyperparameters(change));
    if (iteration % 5 === 1) {
      setTimeout(() => changes.push(trainer.setHyperparameters(change)));
    }
  }
  await Promise.all(changes);
  expect(rates.length).toBe(40);
  // The change of iteration 10 was asked for before the report of iteration 11.
  expect(rates[10]).toBe(Math.fround(1e-3 / 11));
  expect(new Set(rates).size).toBeGreaterThan(10);
  trainer.destroy();
});

test('do not undo stop', async () => {
  const trainer = await smallTrainer(lengthened);
  let reports = 0;
  for await (const { iteration } of trainer) {
    reports = iteration;
    if (iteration !== 3) continue;
    trainer.stop();
    await trainer.setHyperparameters({ learningRate: 1e-4 });
  }
  expect(reports).toBe(3);
  trainer.destroy();
});

test('maxSkippedUpdates takes effect, too', async () => {
  const trainer = await smallTrainer(
    { ...lengthened, maxSkippedUpdates: 0 },
    brokenWorld({ quantity: 'reward', bits: BITS.NaN, first: 1, last: 1e9 }),
  );
  let seen = 0;
  const train = async (): Promise<void> => {
    for await (const { iteration } of trainer) {
      seen = iteration;
      if (iteration === 4) await trainer.setHyperparameters({ maxSkippedUpdates: 1 });
    }
  };
  await expect(train()).rejects.toThrow(NonFiniteError);
  expect(seen).toBe(4);
  trainer.destroy();
});
