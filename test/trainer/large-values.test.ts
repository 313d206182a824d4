/** Tasks whose values are kept in memory on software adapters, against the specification. */
import { expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { largeState, largeValues } from '../../src/rollout/large-values';
import { flatten } from '../reference/actor-critic';
import { categorical } from '../reference/distributions';
import { expectClose } from '../reference/expect-close';
import { trainIteration } from '../reference/ppo';
import { initialAgent } from '../reference/train-state';
import { networkOf } from '../support/network';
import { settingsOf } from '../support/settings';
import { turnstile } from '../support/turnstile';
import { wide, wideTwin } from '../support/wide';
import { smallTrainer } from './training';

const SIZE = 256;

test('choices, observations and a State of 1 KiB train like the specification', async () => {
  const trainer = await smallTrainer({ hiddenSizes: [7, 6] }, wide(SIZE));
  const task = { environment: wideTwin(SIZE), distribution: categorical(SIZE) };
  const settings = settingsOf(trainer.config);
  let agent = initialAgent(
    networkOf(trainer.run.layout, await trainer.parameters()),
    task,
    settings,
  );
  let episodes = 0;
  for await (const { agents } of trainer) {
    const twin = trainIteration(agent, task, settings);
    expect(agents[0]!.episodes.count).toBe(twin.finished.length);
    episodes += twin.finished.length;
    agent = twin.agent;
  }
  expect(episodes).toBeGreaterThan(0);
  expectClose([...(await trainer.parameters())], flatten(agent.network), 1e-4);
  trainer.destroy();
});

const SMALL = { observationSize: 4, actionSize: 1, distributionSize: 2, stateWords: 4 };
const deviceOf = (hardware: boolean) => ({ adapter: { hardware } }) as Gpu;
const chosen = (sizes: Partial<typeof SMALL>, hardware = false) =>
  largeValues(deviceOf(hardware), turnstile, { ...SMALL, ...sizes });

test.each(['observationSize', 'actionSize', 'distributionSize'] as const)(
  'an array of 256 numbers is large: %s',
  (name) => {
    expect(chosen({ [name]: 255 })).toBeUndefined();
    expect(chosen({ [name]: 256 })).toBeDefined();
    expect(chosen({ [name]: 256 }, true)).toBeUndefined();
  },
);

test('a State of 64 words is large, alone where all else is for registers', () => {
  expect(chosen({ stateWords: 63 })).toBeUndefined();
  expect(chosen({ stateWords: 64 })).toBeDefined();
  expect(largeState(chosen({ stateWords: 64 }))).toMatchObject({
    minWords: Number.POSITIVE_INFINITY,
    stored: { State: 64 },
  });
});

test('a module with an array of its own may have one that is large', () => {
  const shader = `${turnstile.shader}\nconst TABLE = array<f32, 300>();\n`;
  expect(largeValues(deviceOf(false), { ...turnstile, shader }, SMALL)).toBeDefined();
});
