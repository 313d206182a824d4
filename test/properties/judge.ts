/**
 * What a trial must have come to: two finite iterations, or a refusal before training in one clear
 * message.
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

/** What is wrong with a trial; undefined where nothing is. */
function faultOf<C extends Case>(
  { verdict, stderr }: Trial<C>,
  names: readonly string[],
): string | undefined {
  const { outcome, error } = verdict;
  // Dawn prints two lines for every lavapipe adapter, which only the command can keep from people.
  const said = new DriverLines().take(`${stderr}\n`).trim();
  if (said !== '') return `standard error says ${said.slice(0, 500)}`;
  if (outcome === 'trained') {
    const { notFinite } = verdict as Extract<typeof verdict, { notFinite: unknown }>;
    return notFinite.length > 0 ? `not finite: ${notFinite.join(', ')}` : undefined;
  }
  if (outcome !== 'refused') return `${outcome}: ${error}`;
  if (!REFUSALS.test(error)) return `refused by ${error}`;
  if (RAW.test(error)) return `refused in an engine's words: ${error}`;
  if (error.length > MOST_CHARACTERS) return `refused in ${error.length} characters`;
  if (!names.some((name) => error.includes(name))) return `names no key: ${error}`;
  return undefined;
}

/**
 * Fails with every trial that came to neither, and its case.
 * @param names of which a refusal must contain one
 */
export function expectNoFaults<C extends Case>(
  trials: readonly Trial<C>[],
  names: readonly string[],
): void {
  const faults = trials.flatMap((trial) => {
    const fault = faultOf(trial, names);
    return fault === undefined ? [] : [`${fault}\n  ${JSON.stringify(trial.tried)}`];
  });
  expect(faults).toEqual([]);
}
