/** Sums up the episodes of an evaluation. */
import { EPISODE_WORD, EPISODE_WORDS } from '../rollout/episode';
import type { Evaluation, ReturnSummary } from './metrics';

interface EvaluationSizes {
  readonly agents: number;
  /** Episodes per agent. */
  readonly episodes: number;
  /** Longer episodes count as not ended. */
  readonly maxSteps: number;
}

/** Whether every environment has finished its episode; false before anything was read. */
export function allEnded(words: Float32Array): boolean {
  const count = Math.floor(words.length / EPISODE_WORDS);
  for (let place = 0; place < count; place++) {
    if (!hasEnded(words, place)) return false;
  }
  return count > 0;
}

/** @param words Episode structs of all environments, [K][episodes][EPISODE_WORDS] */
export function summarize(words: Float32Array, sizes: EvaluationSizes): Evaluation {
  const { agents, episodes, maxSteps } = sizes;
  const returns = Array.from({ length: agents }, (_, agent) => {
    const places = Array.from({ length: episodes }, (_, index) => agent * episodes + index);
    return places
      .filter((place) => hasEnded(words, place) && wordOf(words, place, 'meanLength') <= maxSteps)
      .map((place) => wordOf(words, place, 'meanReturn'));
  });
  return { episodes, ...summaryOf(returns.flat()), perAgent: returns.map(summaryOf) };
}

function summaryOf(returns: readonly number[]): ReturnSummary {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
  return { meanReturn: mean, stdReturn: Math.sqrt(variance), endedEpisodes: returns.length };
}

function hasEnded(words: Float32Array, place: number): boolean {
  return wordOf(words, place, 'count') > 0;
}

function wordOf(words: Float32Array, place: number, name: keyof typeof EPISODE_WORD): number {
  return words[place * EPISODE_WORDS + EPISODE_WORD[name]]!;
}
