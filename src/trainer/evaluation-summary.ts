/** Sums up the episodes of an evaluation. */
import { EPISODE_WORD, EPISODE_WORDS } from '../rollout/episode';
import type { MeasuredEpisodes } from './episode-metrics';
import type { EpisodeResult, Evaluation, ReturnSummary } from './metrics';
import { worldMeans, worldMetric } from './world-metrics';

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
export function summarize(
  words: Float32Array,
  measured: MeasuredEpisodes,
  sizes: EvaluationSizes,
): Evaluation {
  const { agents, episodes, perEpisode = false } = sizes;
  const results = Array.from({ length: agents }, (_, agent) =>
    Array.from({ length: episodes }, (_, index) => {
      const place = agent * episodes + index;
      const result = resultOf(words, place, index, sizes);
      return { ...result, ...measuredAt(measured, place, result.ended) };
    }),
  );
  const summary = (list: readonly EpisodeResult[]): ReturnSummary =>
    summaryOf(
      list.filter(({ ended }) => ended),
      measured.names,
    );
  return {
    ...{ episodes, ...summary(results.flat()), perAgent: results.map(summary) },
    ...(perEpisode && { results }),
  };
}

function resultOf(
  words: Float32Array,
  place: number,
  index: number,
  { maxSteps, seed }: EvaluationSizes,
): EpisodeResult {
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

/** What the metrics have measured in one episode. */
function measuredAt({ names, values }: MeasuredEpisodes, place: number, ended: boolean) {
  const own = values.subarray(place * names.length, (place + 1) * names.length);
  return Object.fromEntries(
    names.map((name, metric) => [worldMetric(name), ended ? own[metric]! : Number.NaN]),
  );
}

/**
 * @param results of episodes that have ended
 * @param metrics names of the world's own
 */
export function summaryOf(
  results: readonly EpisodeResult[],
  metrics: readonly string[],
): ReturnSummary {
  const count = results.length;
  const sum = (of: (result: EpisodeResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const meanReturn = sum((result) => result.return) / count;
  const variance = sum((result) => (result.return - meanReturn) ** 2) / count;
  const sums = metrics.map((name) => sum((result) => result[worldMetric(name)]!));
  return {
    ...{ meanReturn, stdReturn: Math.sqrt(variance), endedEpisodes: count },
    ...worldMeans(metrics, sums, count),
  };
}

function hasEnded(words: Float32Array, place: number): boolean {
  return wordOf(words, place, 'count') > 0;
}

function wordOf(words: Float32Array, place: number, name: keyof typeof EPISODE_WORD): number {
  return words[place * EPISODE_WORDS + EPISODE_WORD[name]]!;
}

/** The evaluation without the list of its episodes. */
export function withoutResults({ results: _, ...evaluation }: Evaluation): Evaluation {
  return evaluation;
}
