/** The params of a run that vary: how they change while it is under way, and what episodes get. */
import { ConfigError } from '../config/config-error';
import type { EnvironmentDefinition } from '../environments/definition';
import { isFields, showIs } from '../environments/described-value';
import { type Params, rangeAt, rangeOf, variedNames } from '../environments/param-range';
import { paramProblems } from '../environments/params-check';

/** The params that vary, by name; undefined where none do. */
export function variedParams(
  environment: EnvironmentDefinition,
  params: Params | undefined = environment.params,
): Params | undefined {
  const names = variedNames(environment);
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, params![name]!]));
}

function nameProblems(name: string, { params = {}, id }: EnvironmentDefinition): string[] {
  const param = Object.hasOwn(params, name) ? params[name] : undefined;
  if (typeof param === 'object') return [];
  if (param === undefined) {
    const names = Object.keys(params).join(', ') || 'none';
    return [`params has ${name}, which is no param of ${id}; its params are ${names}`];
  }
  return [
    `params.${name} is a constant of this run, ${param}; only a param that a run begins with as ` +
      `a range can change, e.g. { low: ${param}, high: ${param} }`,
  ];
}

/**
 * The params with changes of those that vary.
 * @throws ConfigError for constants, unknown names, and what is no param.
 */
export function changedParams(
  environment: EnvironmentDefinition,
  params: Params,
  changes: Params,
): Params {
  if (!isFields(changes)) {
    throw new ConfigError([
      `params must be an object of numbers or ranges, but it ${showIs(changes)}`,
    ]);
  }
  const problems = Object.entries(changes).flatMap(([name, value]) => [
    ...nameProblems(name, environment),
    ...paramProblems(name, value),
  ]);
  if (problems.length > 0) throw new ConfigError(problems);
  const ranges = Object.entries(changes).map(([name, value]) => [name, rangeOf(value)]);
  return { ...params, ...Object.fromEntries(ranges) };
}

/**
 * The params of episodes that are played beside training: the ranges as they are at a point of it,
 * or what is given in place of them.
 * @param progress the part of training that is done, 0 … 1
 * @throws ConfigError as `changedParams` does.
 */
export function paramsOfEpisodes(
  environment: EnvironmentDefinition,
  params: Params,
  progress: number,
  given: Params = {},
): Params {
  const wanted = changedParams(environment, params, given);
  const ranges = variedNames(environment).map((name) => [
    name,
    rangeAt(rangeOf(wanted[name]!), progress),
  ]);
  return { ...wanted, ...Object.fromEntries(ranges) };
}
