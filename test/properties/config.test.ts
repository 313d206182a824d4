import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONFIG_FIELDS } from '../../src/config-fields';
import { faultOf } from './judge';
import { type ConfigCase, configCase } from './random-config';
import { tryCases } from './try-cases';

/** LOCKSTEP_CASES and LOCKSTEP_CASES_SEED choose a longer run or another one. */
const CASES = Number(process.env.LOCKSTEP_CASES ?? 300);
const SEED = Number(process.env.LOCKSTEP_CASES_SEED ?? 1);

const keysOf = (): string[] => Object.keys(CONFIG_FIELDS);

test('configurations out of the documented ranges train, or are refused in one message', async () => {
  const cases: ConfigCase[] = fc.sample(configCase, { numRuns: CASES, seed: SEED });
  const trials = await tryCases(cases);
  const faults = trials.flatMap((trial) => {
    const fault = faultOf(trial, keysOf);
    return fault === undefined ? [] : [`${fault}\n  ${JSON.stringify(trial.tried)}`];
  });
  expect(faults).toEqual([]);
  // A refusal is easily had: most cases must train.
  const trained = trials.filter(({ verdict }) => verdict.outcome === 'trained');
  expect(trained.length).toBeGreaterThan(CASES / 2);
}, 3_600_000);
