/** Ranges of an agent's parameters with their own learning rates. */

/** The parameters [begin, end), which learn at one of the rates of their agent's record. */
export interface ParameterGroup {
  readonly begin: number;
  readonly end: number;
  /** Index of the rate (`Step.rates` in shaders/kernels/adam-step.wesl). */
  readonly rate: number;
}

/** The most ranges that fit the uniform buffer of the optimizer's kernels. */
const MAX_RANGES = 4;
/** The beginning of unused ranges. */
const NOWHERE = 2 ** 32 - 1;

/** The fewest contiguous ranges from 0 on; parameters outside all groups have rate 0. */
function rangesOf(groups: readonly ParameterGroup[]): readonly Omit<ParameterGroup, 'end'>[] {
  const ranges = [{ begin: 0, rate: 0 }];
  const beginRange = (begin: number, rate: number): void => {
    const last = ranges.at(-1)!;
    if (last.begin === begin) ranges.pop();
    if (ranges.at(-1)?.rate !== rate) ranges.push({ begin, rate });
  };
  let covered = 0;
  for (const { begin, end, rate } of groups.toSorted((a, b) => a.begin - b.begin)) {
    if (begin < covered)
      throw new Error(`a group of parameters begins within another, at ${begin}`);
    if (begin === end) continue;
    if (begin > covered) beginRange(covered, 0);
    beginRange(begin, rate);
    covered = end;
  }
  beginRange(covered, 0);
  return ranges;
}

/** The members of AdamShape (shaders/kernels/adam-step.wesl) that map elements to rates. */
export function groupShape(groups: readonly ParameterGroup[]): Record<string, number> {
  const ranges = rangesOf(groups);
  if (ranges.length > MAX_RANGES) {
    throw new Error(`groups of parameters make ${ranges.length} ranges, of at most ${MAX_RANGES}`);
  }
  const at = (index: number) => ranges[index] ?? { begin: NOWHERE, rate: 0 };
  return {
    rate_0: at(0).rate,
    begin_1: at(1).begin,
    rate_1: at(1).rate,
    begin_2: at(2).begin,
    rate_2: at(2).rate,
    begin_3: at(3).begin,
    rate_3: at(3).rate,
  };
}
