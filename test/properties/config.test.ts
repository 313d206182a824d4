import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config';
import { CONFIG_FIELDS } from '../../src/config-fields';
import { expectNoFaults } from './judge';
import { type ConfigCase, configCase } from './random-config';
import { CASES, SEED } from './settings';
import { tryCases } from './try-cases';

/** Steps, weights and deviations with which PPO leaves f32 within an iteration: e^(log π_ref - log π) of σ = e^-20. */
const EXTREMES: Partial<Record<keyof PpoConfig, (value: number) => boolean>> = {
  learningRate: (rate) => rate > 1,
  criticLearningRate: (rate) => rate > 1,
  logStdInit: (x) => x < -10,
  logStdMin: (x) => x < -10,
  klCoef: (weight) => weight > 1e3,
  refKlCoef: (weight) => weight > 1e3,
  refKlRewardCoef: (weight) => weight > 1e3,
};

function mayDiverge({ config }: ConfigCase): boolean {
  return Object.entries(EXTREMES).some(([key, isExtreme]) =>
    [config[key as keyof PpoConfig]].flat().some((value) => isExtreme(Number(value))),
  );
}

describe.skipIf(CASES === 0)('random configurations (LOCKSTEP_CASES)', () => {
  test('configurations out of the documented ranges train, or are refused in one message', async () => {
    const trials = await tryCases(fc.sample(configCase, { numRuns: CASES, seed: SEED }));
    expectNoFaults(trials, { names: Object.keys(CONFIG_FIELDS), mayDiverge });
    // A refusal is easily had: most cases must train.
    const trained = trials.filter(({ verdict }) => verdict.outcome === 'trained');
    expect(trained.length).toBeGreaterThan(CASES / 2);
  }, 3_600_000);
});
