/** What holds the policy near the one that acted: each with the option, and without it. */
import { expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { mean } from '../reference/moments';
import { smallTrainer } from '../trainer/training';

const AGENTS = 4;

/** Hasty: many updates at a high rate, and a clip range that clips next to nothing. */
const HASTY: Partial<PpoConfig> = {
  seed: 1,
  numAgents: AGENTS,
  numEnvs: 16,
  numSteps: 16,
  totalTimesteps: 12 * 16 * 16,
  numMinibatches: 4,
  updateEpochs: 8,
  learningRate: 1e-2,
  annealLr: false,
  clipCoef: 10,
  hiddenSizes: [32],
};

/** Mean approx_kl of each agent over the iterations from `first` on, in nats. */
async function divergences(config: Partial<PpoConfig>, first = 0): Promise<number[]> {
  const trainer = await smallTrainer({ ...HASTY, ...config });
  const rows: number[][] = [];
  for await (const { agents } of trainer) rows.push(agents.map((own) => own['losses/approx_kl']));
  trainer.destroy();
  return Array.from({ length: AGENTS }, (_, agent) =>
    mean(rows.slice(first).map((row) => row[agent]!)),
  );
}

/**
 * Nats per iteration that every agent stays below with the option; without it all exceed thrice
 * that.
 */
const BOUND = 0.03;

test.each([
  ['targetKl', { targetKl: 0.01 }, {}],
  ['a KL-adaptive learning rate', { annealLr: 'kl-adaptive', desiredKl: 0.003 }, {}],
  [
    'the penalty of PPO',
    { objective: 'penalty', klCoef: 1, annealKl: false },
    { objective: 'penalty', klCoef: 1e-6, annealKl: false },
  ],
] as const)(
  '%s keeps the divergence below 0.03, without it all agents pass 0.09',
  async (_, on, off) => {
    expect(Math.max(...(await divergences(on)))).toBeLessThan(BOUND);
    expect(Math.min(...(await divergences(off)))).toBeGreaterThan(3 * BOUND);
  },
);

test('an adaptive penalty finds its weight, a constant one stays too weak', async () => {
  const weak = {
    objective: 'penalty',
    klCoef: 0.01,
    desiredKl: 0.003,
    totalTimesteps: 24 * 256,
  } as const;
  // Twelve iterations to double the weight, from 1/100 to 1 or so.
  expect(Math.max(...(await divergences(weak, 12)))).toBeLessThan(BOUND);
  const constant = await divergences({ ...weak, annealKl: false }, 12);
  expect(Math.min(...constant)).toBeGreaterThan(2 * BOUND);
});
