/** A run that begins with the parameters of another. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import type { TrainerOptions } from '../../src/trainer/trainer-options';
import { openTestGpu } from '../support/gpu';
import { allReports, SMALL, smallTrainer, trainSmall } from './training';

type Given = Pick<TrainerOptions, 'parameters' | 'referenceParameters'>;

async function begin(given: Given, config: Partial<PpoConfig> = {}): Promise<Trainer> {
  const options = { gpu: await openTestGpu(), environment: cartpole };
  return createTrainer({ ...options, config: { ...SMALL, ...config }, ...given });
}

test.each([1, 2])(
  'it has the same parameters and plays the same, for %d agents',
  async (numAgents) => {
    const first = await smallTrainer({ numAgents });
    await allReports(first);
    const parameters = await first.parameters();
    const second = await begin({ parameters }, { numAgents });
    expect(await second.parameters()).toEqual(parameters);
    const options = { episodes: 7, greedy: true };
    expect(await second.evaluate(options)).toEqual(await first.evaluate(options));
    await allReports(second);
    expect(await second.parameters()).not.toEqual(parameters);
    first.destroy();
    second.destroy();
  },
);

test('those of one agent are copied to all agents', async () => {
  const { parameters } = await trainSmall();
  const brought = Float32Array.from(parameters);
  const trainer = await begin({ parameters: brought }, { numAgents: 3 });
  brought.fill(7);
  const expected = [...parameters, ...parameters, ...parameters];
  expect([...(await trainer.parameters())]).toEqual(expected);
  trainer.destroy();
});

test('without any, a run begins as it always did', async () => {
  const given = { parameters: undefined, referenceParameters: undefined };
  const [plain, trainer] = [await smallTrainer(), await begin(given)];
  expect(await trainer.parameters()).toEqual(await plain.parameters());
  plain.destroy();
  trainer.destroy();
});

describe.each(['parameters', 'referenceParameters'] as const)('%s are refused', (name) => {
  // CartPole with a layer of 7: 4·7 + 7 + 7·2 + 2 of the actor, 4·7 + 7 + 7 + 1 of the critic.
  const count = 51 + 43;

  test('of another length, with both', async () => {
    const given = { [name]: new Float32Array(count + 1) };
    await expect(begin(given, { numAgents: 2, refKlCoef: 1 })).rejects.toMatchObject({
      name: 'ConfigError',
      message:
        `${name} has 95 numbers; this run's are [2] x [94] (agents x numbers), 188 numbers, ` +
        'or 94 for all agents alike',
    });
    await expect(begin(given, { refKlCoef: 1 })).rejects.toThrow(
      `${name} has 95 numbers; this run's are [1] x [94]`,
    );
    await expect(begin({ [name]: new Float32Array() }, { refKlCoef: 1 })).rejects.toThrow(
      `${name} has 0 numbers`,
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('with a %s', async (value) => {
    const given = { [name]: new Float32Array(count).fill(value, 17, 18) };
    await expect(begin(given, { refKlCoef: 1 })).rejects.toMatchObject({
      name: 'ConfigError',
      message: `${name}[17] is ${value}; it must be finite`,
    });
  });
});
