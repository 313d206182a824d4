import type { GaeInput } from './gae';

/** One environment, two steps, gamma 1/2, lambda 1/2: small enough to work out by hand. */
export function twoSteps(terminated: number, truncated: number): GaeInput {
  return {
    gamma: 0.5,
    gaeLambda: 0.5,
    rewards: [[1], [2]],
    values: [[3], [4]],
    terminated: [[terminated], [0]],
    truncated: [[truncated], [0]],
    finalValues: [[100], [0]],
    lastValues: [8],
  };
}

/** How the first step ends, terminated, truncated, and its advantage; that of the second is 2. */
export const TWO_STEP_CASES = [
  // delta_1 = 2 + 0.5·8 - 4 = 2; delta_0 = 1 + 0.5·4 - 3 = 0; A_0 = 0 + 0.25·2
  ['goes on', 0, 0, 0.5],
  // 1 + 0 - 3
  ['terminates', 1, 0, -2],
  // 1 + 0.5·100 - 3
  ['is truncated', 0, 1, 48],
  ['terminates as the clock ends', 1, 1, -2],
] as const;
