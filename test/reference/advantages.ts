/** What the batch of an iteration says of each action, by the three estimators. */

import { type GaeOutput, gae } from './gae';
import type { Vector } from './linear';
import { mean, normalize, unbiasedVariance } from './moments';
import type { PpoSettings, Sample, Transition } from './train-state';

/** A run of steps in one environment, first to last, and R = sum gamma^k r_k over it. */
interface EpisodeReturn {
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

/** The episodes of one environment; the last step ends one whatever its flag says. */
function episodesOf(rewards: Vector, ended: readonly boolean[], gamma: number): EpisodeReturn[] {
  const lasts = rewards.flatMap((_, t) => (ended[t] || t === rewards.length - 1 ? [t] : []));
  return lasts.map((last, index) => {
    const first = index === 0 ? 0 : lasts[index - 1]! + 1;
    const own = rewards.slice(first, last + 1);
    return { first, last, total: own.reduce((sum, reward, k) => sum + gamma ** k * reward, 0) };
  });
}

export interface GroupInput {
  readonly gamma: number;
  /** Environments that share a start state. */
  readonly groupSize: number;
  /** [T][N] */
  readonly rewards: readonly (readonly number[])[];
  /** An episode ended with this step, [T][N] */
  readonly ended: readonly (readonly boolean[])[];
}

/**
 * (R - mean R) / (std R + 1e-8) over all episodes of a group (GRPO, Shao et al. 2024); 0 for one.
 */
export function groupAdvantages({ gamma, groupSize, rewards, ended }: GroupInput): GaeOutput {
  const column = <T>(rows: readonly (readonly T[])[], n: number): T[] => rows.map((row) => row[n]!);
  const episodes = rewards[0]!.map((_, n) =>
    episodesOf(column(rewards, n), column(ended, n), gamma),
  );
  const advantages = rewards.map((row) => row.map(() => 0));
  const returns = rewards.map((row) => row.map(() => 0));
  for (const [n, own] of episodes.entries()) {
    const first = n - (n % groupSize);
    const group = episodes.slice(first, first + groupSize).flat();
    const totals = group.map(({ total }) => total);
    const deviation = Math.sqrt(unbiasedVariance(totals)) + 1e-8;
    for (const episode of own) {
      for (let t = episode.first; t <= episode.last; t += 1) {
        returns[t]![n] = episode.total;
        advantages[t]![n] = group.length < 2 ? 0 : (episode.total - mean(totals)) / deviation;
      }
    }
  }
  return { advantages, returns };
}

type EstimatorSettings = Pick<
  PpoSettings,
  'gamma' | 'gaeLambda' | 'normAdv' | 'advantageEstimator' | 'groupSize'
>;

/** Advantages and returns, [T][N]. */
function estimate(
  transitions: readonly (readonly Transition[])[],
  lastValues: Vector,
  { gamma, gaeLambda, advantageEstimator, groupSize }: EstimatorSettings,
): GaeOutput {
  const field = (pick: (transition: Transition) => number): number[][] =>
    transitions.map((row) => row.map(pick));
  const rewards = field((transition) => transition.reward);
  if (advantageEstimator === 'group') {
    const ended = transitions.map((row) => row.map((each) => each.terminated || each.truncated));
    return groupAdvantages({ gamma, groupSize, rewards, ended });
  }
  const plain = advantageEstimator === 'returns';
  const output = gae({
    gamma,
    gaeLambda: plain ? 1 : gaeLambda,
    rewards,
    values: field((transition) => transition.value),
    terminated: field((transition) => Number(transition.terminated)),
    truncated: field((transition) => Number(transition.truncated)),
    finalValues: field((transition) => transition.finalValue),
    lastValues,
  });
  return plain ? { ...output, advantages: output.returns } : output;
}

/** Advantages and returns of the rollout, as the flat batch of samples, [B] with b = t N + n. */
export function makeBatch(
  transitions: readonly (readonly Transition[])[],
  lastValues: Vector,
  settings: EstimatorSettings,
): Sample[] {
  const { advantages, returns } = estimate(transitions, lastValues, settings);
  const batch = transitions.flatMap((row, t) =>
    row.map((transition, n) => ({
      observation: transition.input,
      action: transition.action,
      mask: transition.mask,
      oldLogProb: transition.logProb,
      oldValue: transition.value,
      advantage: advantages[t]![n]!,
      return: returns[t]![n]!,
    })),
  );
  if (settings.normAdv !== 'batch') return batch;
  const normalized = normalize(batch.map((sample) => sample.advantage));
  return batch.map((sample, b) => ({ ...sample, advantage: normalized[b]! }));
}
