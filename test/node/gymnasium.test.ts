/** Environments of Gymnasium, where Python has it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { EnvironmentError } from '../../src/environments/definition';
import { HostWorldError } from '../../src/environments/host-world';
import { type GymnasiumOptions, gymnasiumEnvironment } from '../../src/node/gymnasium';
import { PythonProcess } from '../../src/node/python-process';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';
import { PYTHON, pythonHas } from '../support/python';
import { SMALL } from '../trainer/training';

const WORLDS = 'test/python';
const RUN: Partial<PpoConfig> = { ...SMALL, hiddenSizes: [5] };

beforeAll(() => {
  process.env.PYTHONPATH = WORLDS;
});

const made = (id: string, options: GymnasiumOptions = {}) =>
  gymnasiumEnvironment(id, { python: PYTHON, processes: 2, ...options });

test('a Python that is not there is one sentence', async () => {
  const making = gymnasiumEnvironment('CartPole-v1', { python: 'no-such-python' });
  await expect(making).rejects.toThrow(EnvironmentError);
  await expect(making).rejects.toThrow(
    'gymnasium CartPole-v1: no-such-python cannot be started (ENOENT); install Python 3 with ' +
      'gymnasium, or name another Python (python; --python)',
  );
});

describe.skipIf(process.platform === 'win32')('a Python', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-python-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('that hangs is ended, with one sentence', async () => {
    const python = join(folder, 'python');
    writeFileSync(python, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    const making = gymnasiumEnvironment('CartPole-v1', { python, stepTimeout: 200 });
    await expect(making).rejects.toThrow(
      new EnvironmentError('gymnasium CartPole-v1: make has not come back for 0.2 s (stepTimeout)'),
    );
  });

  test('of which there are many adds no listeners to this process', () => {
    const before = process.listenerCount('exit');
    const processes = Array.from({ length: 12 }, () => new PythonProcess('true'));
    expect(process.listenerCount('exit')).toBe(before);
    for (const each of processes) each.close();
  });
});

describe.runIf(pythonHas('gymnasium'))('with Gymnasium', () => {
  test('the description has the spaces and the time limit', async () => {
    const { id, observation, action, maxEpisodeSteps, host } = await made('CartPole-v1');
    expect(id).toBe('gymnasium/CartPole-v1');
    expect(observation.map(({ low }) => low)).toEqual(
      [-4.8, -Infinity, -0.41887903, -Infinity].map(Math.fround),
    );
    expect(action).toEqual({ type: 'discrete', n: 2 });
    expect(maxEpisodeSteps).toBe(500);
    expect(host!.truncates).toBe(false);
  });

  test.each<readonly [string, GymnasiumOptions, object, number]>([
    ['Pendulum-v1', {}, { type: 'box', low: [-2], high: [2] }, 3],
    ['MountainCar-v0', {}, { type: 'discrete', n: 3 }, 2],
    ['Acrobot-v1', {}, { type: 'discrete', n: 3 }, 6],
    ['FrozenLake-v1', { kwargs: { is_slippery: false } }, { type: 'discrete', n: 4 }, 16],
    ['Blackjack-v1', {}, { type: 'discrete', n: 2 }, 32 + 11 + 2],
    ['Taxi', {}, { type: 'discrete', n: 6 }, 500],
    ['lockstep_worlds:Odd-v0', {}, { type: 'multi-discrete', nvec: [3, 2] }, 4 + 3 + 2],
    ['lockstep_worlds:Switches-v0', {}, { type: 'multi-discrete', nvec: [2, 2] }, 2],
  ])('%s trains', async (name, options, action, size) => {
    const environment = await made(name, options);
    expect(environment.action).toEqual(action);
    expect(environment.observation).toHaveLength(size);
    const trainer = await createTrainer({ gpu: await openTestGpu(), environment, config: RUN });
    const lengths: number[] = [];
    for await (const { agents } of trainer) lengths.push(agents[0]!.episodes.meanLength);
    expect(lengths).toHaveLength(3);
    trainer.destroy();
  });

  test('actions, rewards and endings are those of Python', async () => {
    const environment = await made('lockstep_worlds:Counting-v0');
    const trainer = await createTrainer({ gpu: await openTestGpu(), environment, config: RUN });
    const steps = [];
    for await (const step of trainer.play({ episodes: 2, greedy: false })) steps.push(step);
    trainer.destroy();
    const first = steps.filter(({ episode }) => episode === 0);
    // It shows the seed, then the sum of the actions, and ends when that is 7 or more.
    let sum = 0;
    for (const { action, reward, nextObservation, terminated } of first) {
      sum += action[0]!;
      expect(reward).toBe(10 * action[0]! + 1);
      expect(nextObservation[1]).toBe(sum);
      expect(terminated).toBe(sum >= 7);
    }
    const seeds = new Set(steps.map(({ observation }) => observation[0]));
    expect(seeds.size).toBe(2);
  });

  test('an environment may truncate by itself where it is said', async () => {
    const environment = await made('lockstep_worlds:Cutting-v0', { truncates: true });
    const run = async (world: typeof environment) => {
      const trainer = await createTrainer({
        gpu: await openTestGpu(),
        environment: world,
        config: RUN,
      });
      const lengths: number[] = [];
      for await (const { agents } of trainer) lengths.push(agents[0]!.episodes.maxLength);
      trainer.destroy();
      return lengths;
    };
    expect(await run(environment)).toEqual([3, 3, 3]);
    const silent = await made('lockstep_worlds:Cutting-v0');
    await expect(run(silent)).rejects.toThrow(
      /step has truncated environment \d after 3 steps; only with truncates: true/,
    );
  });

  test.each([
    ['Nope-v7', {}, /^gymnasium Nope-v7: \w*NotFound: /],
    ['CartPole-v1', { kwargs: { speed: 3 } }, /^gymnasium CartPole-v1: TypeError: .*speed/],
    ['lockstep_worlds:Text-v0', {}, /observations of the space .* are not supported$/],
    ['lockstep_worlds:Tree-v0', {}, /actions of the space .* are not supported$/],
  ])('%s with %j is refused in one sentence', async (name, options, message) => {
    await expect(made(name, options)).rejects.toThrow(EnvironmentError);
    await expect(made(name, options)).rejects.toThrow(message);
  });

  test.each([
    ['raise', /step threw PythonError: Traceback[\s\S]*ValueError: out of coal$/],
    [
      'exit',
      /step threw PythonError: the Python process ended with code 3; it wrote:\na last word/,
    ],
    ['hang', /step has not come back for 3 s \(stepTimeout\)$/],
  ])('a process that is told to %s ends the run with its own words', async (how, message) => {
    const options = { kwargs: { how }, stepTimeout: 3000, processes: 2 };
    const environment = await made('lockstep_worlds:Failing-v0', options);
    const trainer = await createTrainer({ gpu: await openTestGpu(), environment, config: RUN });
    const iterations: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { iteration } of trainer) iterations.push(iteration);
    };
    const error = await run().catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(HostWorldError);
    expect((error as Error).message).toMatch(message);
    expect(iterations).toEqual([1]);
    trainer.destroy();
  });
});
