/** Compares what an export does with what the device does. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { Decisions } from '../trainer/act-on-device';

/** An export that does not do what the device does. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** The largest difference that is allowed; see `compareDecisions`. */
export const TOLERANCE = 1e-5;
/** Share of the observations whose choices may differ because two are equally probable. */
const MOST_TIES = 0.01;

/** The largest difference of each output, relative to the largest magnitude of that output. */
export interface Differences {
  /** Observations for which another choice is taken that is not as probable; 0 for numbers. */
  readonly choices: number;
  /** Of the numbers of actions; 0 for choices. */
  readonly action: number;
  readonly logProbability: number;
  /** Null where only one of the two has a value. */
  readonly value: number | null;
}

/** Relative to the largest expected magnitude, at least 1. */
function relativeDifferences(found: readonly number[], expected: readonly number[]): number[] {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return expected.map((value, index) => {
    const apart = Math.abs(found[index]! - value) / scale;
    return Number.isNaN(apart) ? Infinity : apart;
  });
}

const largest = (differences: readonly number[]): number =>
  differences.reduce((most, value) => Math.max(most, value), 0);

/**
 * How far what an export does is from what the device does. Float32 rounds to 6e-8 of a number, and
 * a sum of many numbers has the error of the largest of them; so a difference counts in relation to
 * the largest magnitude of that output among all observations, or to 1 where all are smaller.
 */
export function compareDecisions(
  found: Decisions,
  expected: Decisions,
  { action }: EnvironmentDefinition,
): Differences {
  const logs = relativeDifferences(found.logProbabilities, expected.logProbabilities);
  const column = ({ actions }: Decisions, a: number) => actions.map((own) => own[a]!);
  const numbers = (expected.actions[0] ?? []).map((_, a) =>
    largest(relativeDifferences(column(found, a), column(expected, a))),
  );
  const isBox = action.type === 'box';
  return {
    choices: isBox ? 0 : wrongChoices(found, expected, logs),
    action: isBox ? largest(numbers) : 0,
    logProbability: largest(logs),
    value:
      found.values && expected.values
        ? largest(relativeDifferences(found.values, expected.values))
        : null,
  };
}

/** Other choices than expected, without a few that are as probable. */
function wrongChoices(found: Decisions, expected: Decisions, logs: readonly number[]): number {
  const others = [...expected.actions.keys()].filter(
    (n) => found.actions[n]!.join() !== expected.actions[n]!.join(),
  );
  const wrong = others.filter((n) => logs[n]! > TOLERANCE).length;
  return others.length > MOST_TIES * expected.actions.length ? others.length : wrong;
}

/**
 * Checks that an export does what the device does.
 * @param name what was exported, for the error
 * @throws ExportError with all differences.
 */
export function checkDifferences(name: string, differences: Differences): void {
  const { choices, action, logProbability, value } = differences;
  const numbers = { action, log_probability: logProbability, value: value ?? 0 };
  const problems = [
    ...(choices > 0 ? [`takes another choice for ${choices} observations`] : []),
    ...Object.entries(numbers)
      .filter(([, apart]) => apart > TOLERANCE)
      .map(([output, apart]) => `has a difference of ${apart.toExponential(1)} in ${output}`),
  ];
  if (problems.length === 0) return;
  throw new ExportError(
    `${name} does not do what the device does: it ${problems.join(', and it ')}; at most ` +
      `${TOLERANCE} of the largest magnitude is allowed, so nothing was written`,
  );
}
