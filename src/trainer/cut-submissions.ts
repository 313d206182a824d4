/**
 * Splits a list of dispatches into submissions, each given by the index behind its last dispatch.
 */

/**
 * The fewest submissions that cost at most `limit`; a dispatch that costs more has one of its own.
 * @param costs cost of each dispatch
 */
export function cutWithin(costs: ArrayLike<number>, limit: number): number[] {
  const ends: number[] = [];
  let filled = 0;
  for (let index = 0; index < costs.length; index++) {
    const cost = costs[index]!;
    if (filled > 0 && filled + cost > limit) {
      ends.push(index);
      filled = 0;
    }
    filled += cost;
  }
  ends.push(costs.length);
  return ends;
}

/**
 * Submissions of equal length, the last one shorter: `parts`, or more so that none is longer than
 * `max`.
 */
export function cutEvenly(count: number, parts: number, most = count): number[] {
  const length = Math.max(1, Math.min(most, Math.ceil(count / parts)));
  const runs = Math.max(1, Math.ceil(count / length));
  return Array.from({ length: runs }, (_, run) => Math.min(count, (run + 1) * length));
}

/** The time of each dispatch if all dispatches of a submission take the same time. */
export function spreadOverDispatches(
  ends: readonly number[],
  times: readonly number[],
): Float64Array {
  const costs = new Float64Array(ends.at(-1) ?? 0);
  for (const [run, end] of ends.entries()) {
    const begin = ends[run - 1] ?? 0;
    costs.fill(Math.max(0, times[run]!) / (end - begin), begin, end);
  }
  return costs;
}
