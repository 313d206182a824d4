/** What every environment keeps to, found out from a rollout: one sentence for each problem. */
import type { EnvironmentDefinition } from '../environments/definition';

/** A rollout of N environments by step, T steps and F final observations. */
export interface WalkRows {
  /** [T + 1 + F][O][N] */
  readonly observations: readonly (readonly (readonly number[])[])[];
  /** [T][N] */
  readonly rewards: readonly (readonly number[])[];
  /** [T][N]; codes as in rollout/episode. */
  readonly endings: readonly (readonly number[])[];
}

type Described = Pick<EnvironmentDefinition, 'observation'>;

/** Rounding of f32, as a part of a bound. */
const SLACK = 1e-6;
/** Sentences of one kind that are listed. */
const MOST_LISTED = 5;

const listed = (sentences: readonly string[]): string[] => sentences.slice(0, MOST_LISTED);

/** Rows that steps have written: those of slots only where an episode was truncated. */
function shownRows({ observations, rewards, endings }: WalkRows): (readonly [number, number])[] {
  const envs = rewards[0]!.length;
  const steps = rewards.length;
  const rows = Array.from({ length: (steps + 1) * envs }, (_, place) => {
    return [Math.floor(place / envs), place % envs] as const;
  });
  const finals = endings.flatMap((row) =>
    row.flatMap((ending, n) => (ending >= 2 ? [[steps + 1 + ending - 2, n] as const] : [])),
  );
  return [...rows, ...finals].filter(([row]) => row < observations.length);
}

/** Observations and rewards that are not finite. */
export function finiteProblems({ observation }: Described, walk: WalkRows): string[] {
  const rewards = walk.rewards.flatMap((row, step) =>
    row.flatMap((reward, n) => {
      if (Number.isFinite(reward)) return [];
      return [`step ${step + 1} of environment ${n} has the reward ${reward}; it must be finite`];
    }),
  );
  const observed = observation.flatMap(({ name }, field) => {
    const bad = shownRows(walk).find(
      ([row, n]) => !Number.isFinite(walk.observations[row]![field]![n]!),
    );
    if (!bad) return [];
    const [row, n] = bad;
    const value = walk.observations[row]![field]![n]!;
    return [`${name} is ${value} in environment ${n}; what is observed must be finite`];
  });
  return [...listed(rewards), ...listed(observed)];
}

/** Finite observations that lie beyond their bounds. */
export function boundProblems({ observation }: Described, walk: WalkRows): string[] {
  const rows = shownRows(walk);
  const problems = observation.flatMap(({ name, low, high }, field) => {
    const values = rows.map(([row, n]) => walk.observations[row]![field]![n]!);
    const finite = values.filter(Number.isFinite);
    const [least, most] = [finite.reduce(lesser, Infinity), finite.reduce(greater, -Infinity)];
    const slack = SLACK * Math.max(...[low, high, 1].map(Math.abs).filter(Number.isFinite));
    return [
      ...(least < low - slack ? [`${name} falls to ${least}, below its bound low = ${low}`] : []),
      ...(most > high + slack ? [`${name} rises to ${most}, above its bound high = ${high}`] : []),
    ];
  });
  return listed(problems);
}

const lesser = (a: number, b: number): number => Math.min(a, b);
const greater = (a: number, b: number): number => Math.max(a, b);

/** One episode of a walk. */
export interface WalkedEpisode {
  /** Steps, counted from the start of the walk. */
  readonly first: number;
  readonly last: number;
  /** 0 where the walk stopped before the episode did. */
  readonly ending: number;
}

/** The episodes of environment `n`, in order. */
export function episodesOf({ endings }: Pick<WalkRows, 'endings'>, n: number): WalkedEpisode[] {
  const episodes: WalkedEpisode[] = [];
  let first = 0;
  for (const [last, row] of endings.entries()) {
    const ending = row[n]!;
    if (ending === 0 && last < endings.length - 1) continue;
    episodes.push({ first, last, ending });
    first = last + 1;
  }
  return episodes;
}

/**
 * Episodes that do not end at the time limit, or that the clock cuts elsewhere.
 * @param limit steps; Infinity for none
 * @param truncates whether the environment may cut an episode itself
 */
export function endingProblems(walk: WalkRows, limit: number, truncates = false): string[] {
  const envs = walk.rewards[0]!.length;
  const problems = Array.from({ length: envs }, (_, n) => n).flatMap((n) =>
    episodesOf(walk, n).flatMap(({ first, last, ending }) => {
      const length = last - first + 1;
      const late = length > limit || (length === limit && ending === 0);
      const early = ending >= 2 && length !== limit && !truncates;
      const place = `an episode of environment ${n}`;
      return [
        ...(late ? [`${place} goes on after ${limit} steps, its time limit`] : []),
        ...(early ? [`${place} is truncated after ${length} steps, not after ${limit}`] : []),
      ];
    }),
  );
  return listed(problems);
}
