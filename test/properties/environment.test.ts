import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectNoFaults } from './judge';
import { environmentCase } from './random-environment';
import { CASES, SEED } from './settings';
import { PATIENCE, tryCases } from './try-cases';

/**
 * What a message may name: a field of the description or of the config, or the module's file and
 * line.
 */
const FIELDS = [
  ...['id', 'observation', 'action', 'params', 'maxEpisodeSteps', 'shader', 'defaults', 'source'],
  ...['actionMask', 'rewardThreshold', 'hiddenSizes', 'numEnvs', 'maxSteps', 'rewardTreshold'],
  '.wesl:',
];

describe.skipIf(CASES === 0)('random descriptions of environments (LOCKSTEP_CASES)', () => {
  test(
    'descriptions of environments train, or are refused in one message',
    async () => {
      const trials = await tryCases(fc.sample(environmentCase, { numRuns: CASES, seed: SEED }));
      expectNoFaults(trials, FIELDS);
      // A refusal is easily had: most cases must train.
      const trained = trials.filter(({ verdict }) => verdict.outcome === 'trained');
      expect(trained.length).toBeGreaterThan(CASES / 2);
    },
    CASES * PATIENCE,
  );
});
