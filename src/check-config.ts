/** Refuses a configuration that cannot be trained, with one sentence per problem. */

import { CONFIG_FIELDS, ConfigError, type ConfigField, MAX_BATCH, type PpoConfig } from './config';
import { nearestNames } from './nearest-names';

/** Hidden layers of a network at most. */
export const MAX_LAYERS = 4;

/** Seeds are u32 on the device. */
const MAX_SEED = 2 ** 32 - 1;

export interface ConfigProblem {
  /** The config keys that together are at fault. */
  readonly keys: readonly string[];
  readonly sentence: string;
}

/** @throws ConfigError with every problem of the configuration. */
export function checkConfig(config: PpoConfig): void {
  const problems = findProblems(config);
  if (problems.length > 0) throw new ConfigError(problems.map(({ sentence }) => sentence));
}

/**
 * Every problem of the configuration; those between fields once the fields alone are right.
 * Nothing is said about the fields in `unread`, whose values are not known.
 */
export function findProblems(
  config: PpoConfig,
  unread: readonly (keyof PpoConfig)[] = [],
): ConfigProblem[] {
  const keys = (Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[]).filter(
    (key) => !unread.includes(key),
  );
  const agents = unread.includes('numAgents') ? undefined : config.numAgents;
  const problems = [
    ...unknownKeys(config),
    ...keys.flatMap((key) =>
      fieldProblems(key, config[key], agents).map((text) => problem([key], text)),
    ),
  ];
  const faulty = new Set([...unread, ...problems.flatMap((each) => each.keys)]);
  for (const rule of RULES) {
    if (rule.keys.some((key) => faulty.has(key))) continue;
    const sentence = rule.check(config);
    if (sentence !== undefined) problems.push(problem(rule.keys, sentence));
  }
  return problems;
}

/** What a field may hold, e.g. "an integer from 1 to 65535". */
export function describeAllowed(key: keyof PpoConfig): string {
  const { perAgent } = CONFIG_FIELDS[key];
  return perAgent ? `${describeValue(key)}, or a list of one per agent` : describeValue(key);
}

/** What a field may hold for one agent. */
export function describeValue(key: keyof PpoConfig): string {
  const field = CONFIG_FIELDS[key];
  if (field.type === 'widths') return `a list of 0 to ${MAX_LAYERS} widths, ${describeOne(field)}`;
  return describeOne(field);
}

function describeOne(field: ConfigField): string {
  switch (field.type) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${field.choices!.join(', ')}`;
    case 'integer':
      return `an integer ${describeRange(field)}`;
    case 'number':
      return `a finite number ${describeRange(field)}`;
    case 'widths':
      return `each an integer ${describeRange(field)}`;
  }
}

function describeRange({ min, max, exclusiveMin }: ConfigField): string {
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
    .map((key) => {
      const nearest = nearestNames(key, known).join(', ');
      return problem([key], `${key} is not a config key; the nearest are ${nearest}`);
    });
}

function fieldProblems(key: keyof PpoConfig, value: unknown, agents: unknown): string[] {
  const field = CONFIG_FIELDS[key];
  if (Array.isArray(value) && field.type === 'widths') return widthsProblems(key, value);
  if (Array.isArray(value) && field.perAgent) return listProblems(key, value, agents);
  return field.type !== 'widths' && allows(field, value)
    ? []
    : [`${key} is ${show(value)}; it may be ${describeAllowed(key)}`];
}

function widthsProblems(key: keyof PpoConfig, widths: readonly unknown[]): string[] {
  if (widths.length > MAX_LAYERS) {
    return [`${key} has ${widths.length} layers; it may be ${describeAllowed(key)}`];
  }
  return itemProblems(key, widths);
}

function listProblems(key: keyof PpoConfig, values: readonly unknown[], agents: unknown): string[] {
  const problems = itemProblems(key, values);
  if (Number.isInteger(agents) && values.length !== agents) {
    problems.push(
      `${key} lists ${values.length} values, but numAgents is ${agents}; ` +
        `give one value or ${agents}`,
    );
  }
  return problems;
}

/** One sentence for the first bad item of a list, which counts the others. */
function itemProblems(key: keyof PpoConfig, values: readonly unknown[]): string[] {
  const field = CONFIG_FIELDS[key];
  const bad = [...values.keys()].filter((index) => !allows(field, values[index]));
  const [first] = bad;
  if (first === undefined) return [];
  const others = bad.length > 1 ? ` (and ${bad.length - 1} more are refused)` : '';
  return [`${key}[${first}] is ${show(values[first])}${others}; it may be ${describeAllowed(key)}`];
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

function inRange({ min, max, exclusiveMin }: ConfigField, value: number): boolean {
  if (max !== undefined && value > max) return false;
  if (min === undefined) return true;
  return exclusiveMin ? value > min : value >= min;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' || typeof value === 'string') return JSON.stringify(value);
  return String(value);
}

/** A rule between fields; checked when each of them alone is right. */
interface Rule {
  readonly keys: readonly (keyof PpoConfig)[];
  readonly check: (config: PpoConfig) => string | undefined;
}

const RULES: readonly Rule[] = [
  { keys: ['seed', 'numAgents'], check: seedProblem },
  { keys: ['numEnvs', 'numSteps'], check: batchProblem },
  { keys: ['numEnvs', 'numSteps', 'numMinibatches'], check: divisionProblem },
  { keys: ['numEnvs', 'numSteps', 'numMinibatches', 'normAdv'], check: normalizationProblem },
  { keys: ['sharedTrunk', 'criticActivation'], check: trunkProblem },
  { keys: ['logStdMin', 'logStdMax'], check: logStdProblem },
];

function seedProblem({ seed, numAgents }: PpoConfig): string | undefined {
  const last = seed + numAgents - 1;
  if (last <= MAX_SEED) return undefined;
  return (
    `seed + numAgents - 1 = ${seed} + ${numAgents} - 1 = ${last} is above ${MAX_SEED}; ` +
    `with numAgents = ${numAgents} the seed may be up to ${MAX_SEED - numAgents + 1}`
  );
}

function batchProblem({ numEnvs, numSteps }: PpoConfig): string | undefined {
  const batch = numEnvs * numSteps;
  if (batch <= MAX_BATCH) return undefined;
  const most = Math.floor(MAX_BATCH / numEnvs);
  return (
    `numEnvs * numSteps = ${numEnvs} * ${numSteps} = ${batch} is above the largest batch, ` +
    `${MAX_BATCH}; with numEnvs = ${numEnvs} numSteps may be up to ${most}`
  );
}

function divisionProblem(config: PpoConfig): string | undefined {
  const { numEnvs, numSteps, numMinibatches } = config;
  const batch = numEnvs * numSteps;
  const remainder = batch % numMinibatches;
  if (batch > MAX_BATCH || remainder === 0) return undefined;
  const smallest = normalizes(config) && batch > 1 ? 2 : 1;
  const allowed = nearDivisors(batch, numMinibatches, smallest);
  return (
    `numEnvs * numSteps = ${batch} is not divisible by numMinibatches = ${numMinibatches} ` +
    `(remainder ${remainder}); numMinibatches may be ${allowed}`
  );
}

function normalizationProblem(config: PpoConfig): string | undefined {
  const { numEnvs, numSteps, numMinibatches } = config;
  const batch = numEnvs * numSteps;
  if (batch !== numMinibatches || !normalizes(config)) return undefined;
  return (
    'normAdv needs minibatches of at least 2 transitions (the standard deviation is unbiased), ' +
    `but numEnvs * numSteps / numMinibatches = ${batch} / ${numMinibatches} = 1; ` +
    'lower numMinibatches, raise numEnvs or numSteps, or set normAdv to false'
  );
}

function trunkProblem({ sharedTrunk, criticActivation }: PpoConfig): string | undefined {
  if (!sharedTrunk || criticActivation === 'same') return undefined;
  return (
    `criticActivation is ${show(criticActivation)}, but with sharedTrunk = true the critic has no ` +
    "hidden layers of its own; set criticActivation to 'same' or sharedTrunk to false"
  );
}

function normalizes({ normAdv }: PpoConfig): boolean {
  return [normAdv].flat().includes(true);
}

/** Numbers of minibatches near `wanted` that leave whole minibatches of at least `smallest`. */
function nearDivisors(batch: number, wanted: number, smallest: number): string {
  const most = Math.min(batch / smallest, CONFIG_FIELDS.numMinibatches.max ?? batch);
  const divisors: number[] = [];
  for (let divisor = 1; divisor <= most; divisor++) {
    if (batch % divisor === 0) divisors.push(divisor);
  }
  const above = divisors.findIndex((divisor) => divisor > wanted);
  const next = above === -1 ? divisors.length : above;
  const shown = divisors.slice(Math.max(0, next - 2), next + 2);
  const more = shown.length < divisors.length ? ' ...' : '';
  return shown.join(', ') + more;
}

function logStdProblem({ logStdMin, logStdMax }: PpoConfig): string | undefined {
  if (logStdMin < logStdMax) return undefined;
  return `logStdMin = ${logStdMin} must be below logStdMax = ${logStdMax}`;
}
