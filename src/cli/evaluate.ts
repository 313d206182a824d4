/** An evaluation in parts, where the device has no room for all its episodes at once. */
import type { Params } from '../environments/param-range';
import { type EvaluateOptions, mostSeed } from '../trainer/evaluate-options';
import type { Evaluation, ReturnSummary } from '../trainer/metrics';
import { isWorldMetric } from '../trainer/world-metrics';
import { formatInteger } from './numbers';

/**
 * Most environments of all agents that play at once, and most numbers in all their observations.
 */
const MOST_ENVIRONMENTS = 65_536;
const MOST_OBSERVED_NUMBERS = 1_048_576;
/** Share of the episodes between two notes. */
const NOTED_SHARE = 0.1;

/** The part of a trainer that plays episodes. */
export interface Evaluator {
  evaluate(options: EvaluateOptions): Promise<Evaluation>;
}

export interface EvaluationRequest {
  /** Episodes per agent. */
  readonly episodes: number;
  readonly numAgents: number;
  readonly observationSize: number;
  /** Whether the most likely actions are taken; default true. */
  readonly greedy?: boolean;
  /**
   * Seed of the first part, from which later parts count on; undefined for other episodes each
   * time. A device with less room has smaller parts, and plays other episodes after the first.
   */
  readonly seed?: number | undefined;
  /** Whether every episode is listed. */
  readonly perEpisode?: boolean;
  /** Params of the episodes, in place of the ranges of the run. */
  readonly params?: Params | undefined;
  note(text: string): void;
  /** Whether to start no further part. */
  interrupted(): boolean;
}

/**
 * Plays the episodes: at least one part, and all of them unless interrupted.
 * @throws Error naming --episodes, for any error of the trainer.
 */
export async function evaluateInParts(
  trainer: Evaluator,
  request: EvaluationRequest,
): Promise<Evaluation> {
  const { episodes, numAgents, observationSize, note, interrupted, greedy = true } = request;
  const kind = greedy ? 'greedy' : 'sampled';
  note(`evaluating ${formatInteger(episodes)} ${kind} episodes per agent`);
  const room = Math.min(MOST_ENVIRONMENTS, MOST_OBSERVED_NUMBERS / observationSize) / numAgents;
  let most = Math.max(1, Math.floor(room));
  const parts: Evaluation[] = [];
  let [played, noted] = [0, 0];
  while (played < episodes && !(played > 0 && interrupted())) {
    const wanted = Math.min(most, episodes - played);
    const part = await playPart(trainer, { ...request, ...seedOf(request, parts.length) }, wanted);
    most = Math.min(most, part.episodes);
    parts.push(part);
    played += part.episodes;
    if (played >= episodes || played - noted < NOTED_SHARE * episodes) continue;
    noted = played;
    note(`evaluated ${formatInteger(played)} of ${formatInteger(episodes)} episodes`);
  }
  return mergeEvaluations(parts);
}

/** Plays the wanted episodes, halving their number until the device has room for them. */
async function playPart(
  trainer: Evaluator,
  request: EvaluationRequest,
  wanted: number,
): Promise<Evaluation> {
  const { greedy = true, seed, perEpisode = false, params, episodes } = request;
  try {
    return await trainer.evaluate({ episodes: wanted, greedy, seed, perEpisode, params });
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'LimitError' && wanted > 1) return playPart(trainer, request, wanted >> 1);
    throw new Error(`--episodes ${episodes}: the evaluation failed: ${message}`, { cause: error });
  }
}

/** Every part has a seed of its own, and so has every agent in it; behind the last follows 0. */
function seedOf(
  { seed, numAgents }: EvaluationRequest,
  part: number,
): { seed?: number | undefined } {
  if (seed === undefined) return { seed };
  return { seed: (seed + part * numAgents) % (mostSeed(numAgents) + 1) };
}

/** Merges the evaluations of all parts; a single one is returned unchanged. */
export function mergeEvaluations(parts: readonly Evaluation[]): Evaluation {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const episodes = parts.reduce((sum, part) => sum + part.episodes, 0);
  const perAgent = first!.perAgent.map((_, agent) =>
    mergeReturns(parts.map((part) => part.perAgent[agent]!)),
  );
  const results = first!.perAgent.map((_, agent) =>
    parts.flatMap((part) => part.results?.[agent] ?? []),
  );
  const merged = { episodes, ...mergeReturns(parts), perAgent };
  return first!.results ? { ...merged, results } : merged;
}

/**
 * Means and population standard deviation of the whole from those of its parts. Parts without an
 * ended episode do not count.
 */
function mergeReturns(all: readonly ReturnSummary[]): ReturnSummary {
  const endedEpisodes = all.reduce((sum, part) => sum + part.endedEpisodes, 0);
  const parts = all.filter((part) => part.endedEpisodes > 0);
  const mean = (of: (part: ReturnSummary) => number): number =>
    parts.reduce((sum, part) => sum + part.endedEpisodes * of(part), 0) / endedEpisodes;
  const meanReturn = mean((part) => part.meanReturn);
  const variance = mean((part) => part.stdReturn ** 2 + (part.meanReturn - meanReturn) ** 2);
  const own = Object.keys(all[0]!).filter(isWorldMetric);
  return {
    ...{ meanReturn, stdReturn: Math.sqrt(variance), endedEpisodes },
    ...Object.fromEntries(own.map((key) => [key, mean((part) => part[key]!)])),
  };
}
