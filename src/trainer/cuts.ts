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
  return [...ends, costs.length];
}

/** At most `parts` runs of as many dispatches each, the last of what is left. */
export function cutEvenly(count: number, parts: number): number[] {
  return cutWithin(new Float64Array(count).fill(1), Math.ceil(count / parts));
}

/** What each dispatch took if those of a run took the same; the unit is that of the runs' times. */
export function spreadOverDispatches(ends: readonly number[], times: readonly number[]): number[] {
  return ends.flatMap((end, run) => {
    const length = end - (ends[run - 1] ?? 0);
    return Array.from({ length }, () => Math.max(0, times[run]!) / length);
  });
}
