/** The params of --param: numbers for episodes, in place of what the environment would draw. */
import { ConfigError } from '../config/config-error';
import type { EnvironmentDefinition } from '../environments/definition';
import { changedParams } from '../trainer/run-params';
import { parseNumber, quote } from './flag-values';
import { UsageError } from './usage-error';

/** Numbers of params by name. */
export type GivenParams = Readonly<Record<string, number>>;

/**
 * Reads the values of --param; undefined where there are none.
 * @throws UsageError with a sentence for each that is not NAME=VALUE, or whose param is unknown,
 * constant, given twice or out of range.
 */
export function givenParams(
  texts: readonly string[],
  environment: EnvironmentDefinition,
): GivenParams | undefined {
  if (texts.length === 0) return undefined;
  const given = new Map<string, number>();
  const problems = texts.flatMap((text) => {
    const [, name, number] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    const value = parseNumber(number ?? '');
    const found =
      name === undefined || value === undefined
        ? ['it must be NAME=VALUE with a number, e.g. GRAVITY=9.8']
        : paramProblems(environment, name, value, given);
    return found.map((problem) => `--param ${quote(text)}: ${problem}`);
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return Object.fromEntries(given);
}

/** What is wrong with one param; it joins the `given` ones if nothing is. */
function paramProblems(
  environment: EnvironmentDefinition,
  name: string,
  value: number,
  given: Map<string, number>,
): readonly string[] {
  if (given.has(name)) return [`${name} is given twice`];
  given.set(name, value);
  try {
    changedParams(environment, {}, { [name]: value });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
