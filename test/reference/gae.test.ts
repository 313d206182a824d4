import { describe, expect, test } from 'vitest';
import { expectClose } from './expect-close';
import { readGaeCases } from './fixtures';
import { type GaeInput, gae } from './gae';

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
  const input = (terminated: number, truncated: number): GaeInput => ({
    gamma: 0.5,
    gaeLambda: 0.5,
    rewards: [[1], [2]],
    values: [[3], [4]],
    terminated: [[terminated], [0]],
    truncated: [[truncated], [0]],
    finalValues: [[100], [0]],
    lastValues: [8],
  });

  test.each([
    // delta_1 = 2 + 0.5·8 - 4 = 2; delta_0 = 1 + 0.5·4 - 3 = 0; A_0 = 0 + 0.25·2
    ['goes on', 0, 0, 0.5],
    // 1 + 0 - 3
    ['terminates', 1, 0, -2],
    // 1 + 0.5·100 - 3
    ['is truncated', 0, 1, 48],
    ['terminates as the clock ends', 1, 1, -2],
  ])('the first step %s', (_, terminated, truncated, first) => {
    const { advantages, returns } = gae(input(terminated, truncated));
    expect(advantages).toEqual([[first], [2]]);
    expect(returns).toEqual([[first + 3], [6]]);
  });
});
