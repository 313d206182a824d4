import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { expectNoFaults } from './judge';
import { configCase } from './random-config';
import { CASES, SEED } from './settings';
import { PATIENCE, tryCases } from './try-cases';

describe.skipIf(CASES === 0)('random configurations (LOCKSTEP_CASES)', () => {
  test(
    'configurations out of the documented ranges train, or are refused in one message',
    async () => {
      const trials = await tryCases(fc.sample(configCase, { numRuns: CASES, seed: SEED }));
      expectNoFaults(trials, Object.keys(CONFIG_FIELDS));
      // A refusal is easily had: most cases must train.
      const trained = trials.filter(({ verdict }) => verdict.outcome === 'trained');
      expect(trained.length).toBeGreaterThan(CASES / 2);
    },
    CASES * PATIENCE,
  );
});
