import { describe, expect, test } from 'vitest';
import { expectClose } from './expect-close';
import { readGaeCases } from './fixtures';
import { gae } from './gae';
import { TWO_STEP_CASES, twoSteps } from './two-steps';

describe.each(readGaeCases())('gae.json, T = $T, N = $N, lambda $gae_lambda', (golden) => {
  const { advantages, returns } = gae({
    ...golden,
    gaeLambda: golden.gae_lambda,
    finalValues: golden.final_values,
    lastValues: golden.last_values,
  });

  test('the advantages are those of the file', () => {
    expectClose(advantages.flat(), golden.advantages.flat(), 1e-12);
  });

  test('the returns are those of the file', () => {
    expectClose(returns.flat(), golden.returns.flat(), 1e-12);
  });
});

describe('one environment, two steps, gamma 1/2, lambda 1/2', () => {
  test.each(TWO_STEP_CASES)('the first step %s', (_, terminated, truncated, first) => {
    const { advantages, returns } = gae(twoSteps(terminated, truncated));
    expect(advantages).toEqual([[first], [2]]);
    expect(returns).toEqual([[first + 3], [6]]);
  });
});
