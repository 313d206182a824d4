/** Sums up the episodes of an evaluation. */
import { EPISODE_WORD, EPISODE_WORDS } from '../rollout/episode';
import type { EpisodeResult, Evaluation, ReturnSummary } from './metrics';

interface EvaluationSizes {
  readonly agents: number;
  /** Episodes per agent. */
  readonly episodes: number;
  /** Longer episodes count as not ended. */
  readonly maxSteps: number;
  /** Whether every episode is listed, and the seed that was given. */
  readonly perEpisode?: boolean;
  readonly seed?: number | undefined;
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
  const { agents, episodes, perEpisode = false } = sizes;
  const results = Array.from({ length: agents }, (_, agent) =>
    Array.from({ length: episodes }, (_, index) => resultOf(words, agent, index, sizes)),
  );
  const returns = results.map((list) =>
    list.filter(({ ended }) => ended).map((result) => result.return),
  );
  return {
    ...{ episodes, ...summaryOf(returns.flat()), perAgent: returns.map(summaryOf) },
    ...(perEpisode && { results }),
  };
}

function resultOf(
  words: Float32Array,
  agent: number,
  index: number,
  { episodes, maxSteps, seed }: EvaluationSizes,
): EpisodeResult {
  const place = agent * episodes + index;
  const ended = hasEnded(words, place) && wordOf(words, place, 'meanLength') <= maxSteps;
  const word = (name: keyof typeof EPISODE_WORD): number => wordOf(words, place, name);
  if (hasEnded(words, place)) {
    return { index, seed, return: word('meanReturn'), length: word('meanLength'), ended };
  }
  const length = new Uint32Array(words.buffer, words.byteOffset)[
    place * EPISODE_WORDS + EPISODE_WORD.runningLength
  ]!;
  return { index, seed, return: word('runningReturn'), length, ended };
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
