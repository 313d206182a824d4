/** Checks a configuration, with one sentence per problem. */

import { keyOfCommonName } from './common-names';
import { ConfigError } from './config-error';
import type { ConfigField } from './field';
import { CONFIG_FIELDS } from './fields';
import { nearestNames } from './nearest-names';
import type { PpoConfig } from './ppo-config';
import { type ActingIn, environmentProblems, RULES } from './rules';

/** Most hidden layers of a network. */
export const MAX_LAYERS = 4;

export interface ConfigProblem {
  /** The config keys that the problem is about. */
  readonly keys: readonly string[];
  readonly sentence: string;
}

/**
 * @throws ConfigError with every problem of the configuration, in `environment` where one is given.
 */
export function checkConfig(config: PpoConfig, environment?: ActingIn): void {
  const problems = findProblems(config, [], environment);
  if (problems.length > 0) throw new ConfigError(problems.map(({ sentence }) => sentence));
}

/**
 * Every problem of the configuration. A rule between fields is checked only if each of its fields
 * is valid by itself.
 * @param unread fields whose values are unknown; they are not checked
 */
export function findProblems(
  config: PpoConfig,
  unread: readonly (keyof PpoConfig)[] = [],
  environment?: ActingIn,
): ConfigProblem[] {
  const keys = (Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[]).filter(
    (key) => !unread.includes(key),
  );
  const agents = unread.includes('numAgents') ? undefined : config.numAgents;
  const problems = [
    ...unknownKeys(config),
    ...keys.flatMap((key) =>
      settingProblems(key, config[key], agents).map((text) => problem([key], text)),
    ),
  ];
  const faulty = new Set([...unread, ...problems.flatMap((each) => each.keys)]);
  for (const rule of RULES) {
    if (rule.keys.some((key) => faulty.has(key))) continue;
    const sentence = rule.check(config);
    if (sentence !== undefined) problems.push(problem(rule.keys, sentence));
  }
  const unfit = environment ? environmentProblems(environment, config) : [];
  return [
    ...problems,
    ...unfit
      .filter(({ key }) => !faulty.has(key))
      .map((each) => problem([each.key], each.sentence)),
  ];
}

/** The values that a field accepts, e.g. "an integer from 1 to 65535". */
export function describeAllowed(key: keyof PpoConfig): string {
  const { perAgent } = CONFIG_FIELDS[key];
  return perAgent
    ? `${describeValue(key)}, or a list with one value per agent`
    : describeValue(key);
}

/** The values that a field accepts for one agent. */
export function describeValue(key: keyof PpoConfig): string {
  const field = CONFIG_FIELDS[key];
  if (field.type !== 'widths') return describeItem(field);
  return `a list of 0 to ${MAX_LAYERS} widths, each ${describeItem(field)}`;
}

/** The values that a field, or each item of its list, accepts. */
function describeItem(field: ConfigField): string {
  switch (field.type) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${field.choices!.join(', ')}`;
    case 'integer':
    case 'widths':
      return `an integer ${describeRange(field)}`;
    case 'number':
      return `a finite number ${describeRange(field)}`;
  }
}

function describeRange(field: ConfigField): string {
  return field.orZero ? `${describeBounds(field)}, or 0` : describeBounds(field);
}

function describeBounds({ min, max, exclusiveMin }: ConfigField): string {
  if (min === undefined) return max === undefined ? 'of any size' : `up to ${max}`;
  if (max === undefined) return exclusiveMin ? `above ${min}` : `from ${min}`;
  return exclusiveMin ? `above ${min} and up to ${max}` : `from ${min} to ${max}`;
}

function problem(keys: readonly string[], sentence: string): ConfigProblem {
  return { keys, sentence };
}

function unknownKeys(config: PpoConfig): ConfigProblem[] {
  const known = Object.keys(CONFIG_FIELDS);
  return Object.keys(config)
    .filter((key) => !known.includes(key))
    .map((key) => problem([key], `${key} is not a config key; ${suggestKeys(key, known)}`));
}

/** The key that other libraries call so, with its meaning, or the nearest ones. */
function suggestKeys(name: string, known: readonly string[]): string {
  const key = keyOfCommonName(name);
  if (key) return `did you mean ${key}? ${CONFIG_FIELDS[key].description}`;
  return `the nearest are ${nearestNames(name, known).join(', ')}`;
}

/**
 * The problems of one field, in sentences that begin with its key.
 * @param agents number of agents in the run, if known
 */
export function settingProblems(key: keyof PpoConfig, value: unknown, agents: unknown): string[] {
  const field = CONFIG_FIELDS[key];
  if (Array.isArray(value) && field.type === 'widths') return widthsProblems(key, value);
  if (Array.isArray(value) && field.perAgent) return listProblems(key, value, agents);
  return field.type !== 'widths' && allows(field, value)
    ? []
    : [`${key} is ${show(value)}; it must be ${describeAllowed(key)}`];
}

function widthsProblems(key: keyof PpoConfig, widths: readonly unknown[]): string[] {
  if (widths.length > MAX_LAYERS) {
    return [`${key} has ${widths.length} layers; it must be ${describeAllowed(key)}`];
  }
  return itemProblems(key, widths);
}

function listProblems(key: keyof PpoConfig, values: readonly unknown[], agents: unknown): string[] {
  const problems = itemProblems(key, values);
  if (Number.isInteger(agents) && values.length !== agents) {
    const allowed = agents === 1 ? 'one value' : `one value or a list of ${agents}`;
    problems.push(
      `${key} is a list of ${values.length} values, but numAgents is ${agents}; ` +
        `it must be ${allowed}`,
    );
  }
  return problems;
}

/** One sentence about the first invalid item of a list, with the number of the others. */
function itemProblems(key: keyof PpoConfig, values: readonly unknown[]): string[] {
  const field = CONFIG_FIELDS[key];
  const bad = [...values.keys()].filter((index) => !allows(field, values[index]));
  const [first] = bad;
  if (first === undefined) return [];
  const others = bad.length - 1;
  const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'is' : 'are'} invalid)`;
  return [`${key}[${first}] is ${show(values[first])}${more}; it must be ${describeItem(field)}`];
}

function allows(field: ConfigField, value: unknown): boolean {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return field.choices!.includes(value as string | boolean);
    case 'integer':
    case 'widths':
      return Number.isInteger(value) && inRange(field, value as number);
    case 'number':
      return Number.isFinite(value) && inRange(field, value as number);
  }
}

function inRange({ min, max, exclusiveMin, orZero }: ConfigField, value: number): boolean {
  if (orZero && value === 0) return true;
  if (max !== undefined && value > max) return false;
  if (min === undefined) return true;
  return exclusiveMin ? value > min : value >= min;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' || typeof value === 'string') return JSON.stringify(value);
  return String(value);
}
