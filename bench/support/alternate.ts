/** Two contestants in turns A B B A, so that a drift of the machine meets both alike. */
import type { Block } from './contestant';

export interface Runner {
  run(seconds: number): Promise<Block>;
}

/** Steps per second of each turn; equal places were neighbours in time. */
export interface Duel {
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** first / second, pair by pair. */
  readonly ratios: readonly number[];
}

export interface DuelOptions {
  /** Turns of each; the order within a pair changes from pair to pair. */
  readonly pairs: number;
  /** Least length of a turn. */
  readonly seconds: number;
}

/** The order of the turns: 0 1 1 0 0 1 1 0 … for this many pairs. */
export function alternatingOrder(pairs: number): readonly (0 | 1)[] {
  return Array.from({ length: pairs }, (_, pair): readonly (0 | 1)[] =>
    pair % 2 === 0 ? [0, 1] : [1, 0],
  ).flat();
}

export async function alternate(
  first: Runner,
  second: Runner,
  { pairs, seconds }: DuelOptions,
): Promise<Duel> {
  const runners = [first, second] as const;
  const rates: [number[], number[]] = [[], []];
  for (const turn of alternatingOrder(pairs)) {
    const block = await runners[turn].run(seconds);
    rates[turn].push(block.steps / block.seconds);
  }
  const [ours, theirs] = rates;
  return { first: ours, second: theirs, ratios: ours.map((rate, pair) => rate / theirs[pair]!) };
}
