/**
 * What a trial must have come to: two finite iterations, or a refusal before training in one clear message. Where
 * numbers leave f32 by the case's own doing, the guard must have skipped the updates and named the quantity.
 */
import { expect } from 'vitest';
import { DriverLines } from '../../src/cli/driver-lines';
import type { Case } from './case-process';
import type { Trial } from './try-cases';

/** Classes of errors that say what a user gave and what is allowed. */
const REFUSALS = /^(ConfigError|EnvironmentError|LimitError|ShaderError): /;
/** Words of engines and of faults in our own code. */
const RAW =
  /RangeError|TypeError|ReferenceError|undefined|\[object|validation|While (calling|validating)|\[Device|BindGroup|:wgsl|NaN passed|stack/;
/** A message that is longer than this is no sentence. */
const MOST_CHARACTERS = 4000;

/** What a kind of cases is judged by. */
export interface Measure<C extends Case> {
  /** Of which a refusal must contain one. */
  readonly names: readonly string[];
  /** Whether a case is so extreme that its numbers may leave the range of f32. */
  mayDiverge(tried: C): boolean;
}

/** How reports and errors tell that the guard has skipped updates. */
const GUARDED = /^fault \w+$/;
const ENDED =
  /^NonFiniteError: iteration \d+, agent \d+: \w+ is not finite; \d+ updates in a row were skipped/;

/** What is wrong with a trial; undefined where nothing is. */
function faultOf<C extends Case>(
  { tried, verdict, stderr }: Trial<C>,
  { names, mayDiverge }: Measure<C>,
): string | undefined {
  const { outcome, error } = verdict;
  const extreme = mayDiverge(tried);
  // Dawn prints two lines for every lavapipe adapter, which only the command can keep from people.
  const said = new DriverLines().take(`${stderr}\n`).trim();
  if (said !== '') return `standard error says ${said.slice(0, 500)}`;
  if (outcome === 'trained') {
    const { notFinite } = verdict as Extract<typeof verdict, { notFinite: unknown }>;
    const wrong = notFinite.filter((text) => !(extreme && GUARDED.test(text)));
    return wrong.length > 0 ? `not finite: ${wrong.join(', ')}` : undefined;
  }
  if (outcome === 'failed' && extreme && ENDED.test(error)) return undefined;
  if (outcome !== 'refused') return `${outcome}: ${error}`;
  if (!REFUSALS.test(error)) return `refused by ${error}`;
  if (RAW.test(error)) return `refused in an engine's words: ${error}`;
  if (error.length > MOST_CHARACTERS) return `refused in ${error.length} characters`;
  if (!names.some((name) => error.includes(name))) return `names no key: ${error}`;
  return undefined;
}

/** Fails with every trial that came to neither, and its case. */
export function expectNoFaults<C extends Case>(
  trials: readonly Trial<C>[],
  measure: Measure<C>,
): void {
  const faults = trials.flatMap((trial) => {
    const fault = faultOf(trial, measure);
    return fault === undefined ? [] : [`${fault}\n  ${JSON.stringify(trial.tried)}`];
  });
  expect(faults).toEqual([]);
}
