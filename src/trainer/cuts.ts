/** Where a list of dispatches is cut into submissions: numbers only. A cut is the index behind a run. */

/**
 * As few runs as go without one of more than `limit`, but for single dispatches beyond it.
 * @param costs of each dispatch
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

/** Runs of as many dispatches each, the last of what is left: `parts`, or more where one would be longer than `most`. */
export function cutEvenly(count: number, parts: number, most = count): number[] {
  const length = Math.max(1, Math.min(most, Math.ceil(count / parts)));
  const runs = Math.max(1, Math.ceil(count / length));
  return Array.from({ length: runs }, (_, run) => Math.min(count, (run + 1) * length));
}

/** What each dispatch took if those of a run took the same; the unit is that of the runs' times. */
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
