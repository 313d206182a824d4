/** Conditions under which training ends early, and the best policy so far. */
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { createTrainer } from '../../src/trainer/create-trainer';
import { TrainerError } from '../../src/trainer/lifecycle';
import type { StopConditions } from '../../src/trainer/stop-conditions';
import type { TrainerOptions } from '../../src/trainer/trainer-options';
import { openTestGpu } from '../support/gpu';
import { allReports, SMALL } from './training';

const gpu = await openTestGpu();
const config = { ...SMALL, totalTimesteps: 60 * 20, numAgents: 2 };
const start = (given: Partial<TrainerOptions> = {}) =>
  createTrainer({ gpu, environment: cartpole, config, ...given });

test('after the iteration of a number, with the state of just that iteration', async () => {
  const trainer = await start({ stop: { afterIterations: 7 } });
  expect((await allReports(trainer)).length).toBe(7);
  expect(trainer.stopReason).toBe('afterIterations');
  const parameters = await trainer.parameters();
  trainer.destroy();
  const short = await start({ config: { ...config, totalTimesteps: 60 * 7, annealLr: false } });
  const whole = await start({
    config: { ...config, annealLr: false },
    stop: { afterIterations: 7 },
  });
  await allReports(short);
  await allReports(whole);
  expect(await whole.parameters()).toEqual(await short.parameters());
  expect(parameters).not.toEqual(await short.parameters());
  short.destroy();
  whole.destroy();
});

test('at a mean return of all agents', async () => {
  const trainer = await start({ stop: { atReturn: 15 } });
  const reports = await allReports(trainer);
  const means = reports.map(
    ({ agents }) =>
      (agents[0]!['charts/episodic_return'] + agents[1]!['charts/episodic_return']) / 2,
  );
  expect(means.findIndex((mean) => mean >= 15)).toBe(reports.length - 1);
  expect(trainer.stopReason).toBe('atReturn');
  trainer.destroy();
});

test('after a time, and not at all without a condition', async () => {
  const trainer = await start({ stop: { afterSeconds: 1e-6 } });
  expect((await allReports(trainer)).length).toBe(1);
  expect(trainer.stopReason).toBe('afterSeconds');
  trainer.destroy();
  const free = await start();
  expect((await allReports(free)).length).toBe(20);
  expect(free.stopReason).toBeUndefined();
  free.destroy();
});

describe('are refused', () => {
  test.each<readonly [StopConditions, string]>([
    [{ atReturn: NaN }, 'stop.atReturn is NaN; it must be a finite number'],
    [{ afterSeconds: 0 }, 'stop.afterSeconds is 0; it must be a finite number above 0'],
    [{ afterIterations: 1.5 }, 'stop.afterIterations is 1.5; it must be an integer from 1'],
    [
      { at: 3 } as StopConditions,
      'stop has at; it may have atReturn, afterSeconds, afterIterations',
    ],
  ])('%j', async (stop, message) => {
    await expect(start({ stop })).rejects.toThrow(message);
  });
});

test('the best policy is that of the report with the highest return', async () => {
  const trainer = await start({ keepBest: true });
  expect(await trainer.best()).toBeUndefined();
  let highest = -Infinity;
  let wanted: { iteration: number; parameters: Float32Array } | undefined;
  for await (const { iteration, agents } of trainer) {
    const mean = (agents[0]!['charts/episodic_return'] + agents[1]!['charts/episodic_return']) / 2;
    if (!(mean > highest)) continue;
    highest = mean;
    wanted = { iteration, parameters: await trainer.parameters() };
  }
  const best = (await trainer.best())!;
  expect([best.iteration, best.meanReturn]).toEqual([wanted!.iteration, highest]);
  expect(best.policy.parameters).toEqual(wanted!.parameters);
  trainer.destroy();
  await expect(trainer.best()).rejects.toThrow(TrainerError);
  const without = await start();
  await expect(without.best()).rejects.toThrow('the best policy is only kept with keepBest: true');
  without.destroy();
});
