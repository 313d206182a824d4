/** The final evaluation, in parts if the device has no room for all its episodes at once. */
import type { Evaluation, ReturnSummary } from '../trainer/metrics';
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
  evaluate(options: { readonly episodes: number; readonly greedy: boolean }): Promise<Evaluation>;
}

export interface EvaluationWish {
  /** Episodes per agent. */
  readonly episodes: number;
  readonly numAgents: number;
  readonly observationSize: number;
  note(text: string): void;
  /** Whether to start no further part. */
  interrupted(): boolean;
}

/**
 * Plays greedy episodes: at least one part, and all of them unless interrupted.
 * @throws Error naming --episodes, for any error of the trainer.
 */
export async function evaluateInParts(
  trainer: Evaluator,
  { episodes, numAgents, observationSize, note, interrupted }: EvaluationWish,
): Promise<Evaluation> {
  note(`evaluating ${episodes} greedy episodes per agent`);
  const room = Math.min(MOST_ENVIRONMENTS, MOST_OBSERVED_NUMBERS / observationSize) / numAgents;
  let most = Math.max(1, Math.floor(room));
  const parts: Evaluation[] = [];
  let [played, noted] = [0, 0];
  while (played < episodes && !(played > 0 && interrupted())) {
    const part = await playPart(trainer, Math.min(most, episodes - played), episodes);
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
async function playPart(trainer: Evaluator, wanted: number, all: number): Promise<Evaluation> {
  try {
    return await trainer.evaluate({ episodes: wanted, greedy: true });
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'LimitError' && wanted > 1) return playPart(trainer, wanted >> 1, all);
    throw new Error(`--episodes ${all}: the evaluation failed: ${message}`, { cause: error });
  }
}

/** Merges the evaluations of all parts; a single one is returned unchanged. */
export function mergeEvaluations(parts: readonly Evaluation[]): Evaluation {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const episodes = parts.reduce((sum, part) => sum + part.episodes, 0);
  const perAgent = first!.perAgent.map((_, agent) =>
    mergeReturns(parts.map((part) => part.perAgent[agent]!)),
  );
  return { episodes, ...mergeReturns(parts), perAgent };
}

/**
 * Mean and population standard deviation of the whole from those of its parts. Parts without an
 * ended episode do not count.
 */
function mergeReturns(all: readonly ReturnSummary[]): ReturnSummary {
  const endedEpisodes = all.reduce((sum, part) => sum + part.endedEpisodes, 0);
  const parts = all.filter((part) => part.endedEpisodes > 0);
  const mean = (of: (part: ReturnSummary) => number): number =>
    parts.reduce((sum, part) => sum + part.endedEpisodes * of(part), 0) / endedEpisodes;
  const meanReturn = mean((part) => part.meanReturn);
  const variance = mean((part) => part.stdReturn ** 2 + (part.meanReturn - meanReturn) ** 2);
  return { meanReturn, stdReturn: Math.sqrt(variance), endedEpisodes };
}
