/** Generalized advantage estimation (Schulman et al. 2016), endings told apart. */

export interface GaeInput {
  readonly gamma: number;
  readonly gaeLambda: number;
  /** [T][N] */
  readonly rewards: readonly (readonly number[])[];
  /** V of the observation before each step, [T][N] */
  readonly values: readonly (readonly number[])[];
  /** The task ended with this step: 0 or 1, [T][N] */
  readonly terminated: readonly (readonly number[])[];
  /** The clock ended with this step: 0 or 1, [T][N] */
  readonly truncated: readonly (readonly number[])[];
  /** V of the last observation before the reset where truncated, anything elsewhere; [T][N] */
  readonly finalValues: readonly (readonly number[])[];
  /** V of the observation after the last step, [N] */
  readonly lastValues: readonly number[];
}

export interface GaeOutput {
  /** [T][N] */
  readonly advantages: number[][];
  /** advantages + values, [T][N] */
  readonly returns: number[][];
}

/** V of the state that followed step t. Where both flags are set, `terminated` wins. */
function nextValue(input: GaeInput, t: number, n: number): number {
  if (input.terminated[t]![n]!) {
    return 0;
  }
  if (input.truncated[t]![n]!) {
    return input.finalValues[t]![n]!;
  }
  const isLastStep = t === input.values.length - 1;
  return isLastStep ? input.lastValues[n]! : input.values[t + 1]![n]!;
}

export function gae(input: GaeInput): GaeOutput {
  const { gamma, gaeLambda, rewards, values } = input;
  const advantages = values.map((row) => row.map(() => 0));
  for (let n = 0; n < input.lastValues.length; n += 1) {
    let advantage = 0;
    for (let t = values.length - 1; t >= 0; t -= 1) {
      const done = input.terminated[t]![n]! || input.truncated[t]![n]!;
      // delta_t = r_t + gamma V(s_t+1) - V(s_t)
      const delta = rewards[t]![n]! + gamma * nextValue(input, t, n) - values[t]![n]!;
      // A_t = delta_t + gamma lambda A_t+1, cut at the end of an episode
      advantage = delta + (done ? 0 : gamma * gaeLambda * advantage);
      advantages[t]![n] = advantage;
    }
  }
  // R_t = A_t + V(s_t)
  const returns = advantages.map((row, t) => row.map((a, n) => a + values[t]![n]!));
  return { advantages, returns };
}
