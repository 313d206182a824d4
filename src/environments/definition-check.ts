/** Checks a description, with one sentence per problem. */
import { settingProblems } from '../config/check';
import { CONFIG_FIELDS } from '../config/fields';
import { actionProblems } from './action-check';
import { tablesProblems } from './data-table';
import {
  type Fields,
  isFields,
  isLine,
  repeated,
  show,
  showIs,
  unknownFields,
} from './described-value';
import { paramsProblems } from './params-check';

/** Fields of a description, as in `EnvironmentDefinition`. */
const FIELDS = [
  ...['id', 'source', 'observation', 'observationFormat', 'action', 'actionMask'],
  ...['players', 'maxEpisodeSteps', 'rewardThreshold', 'params', 'tables', 'metrics'],
  ...['shader', 'file', 'host', 'defaults', 'stepsPerSecond', 'draw'],
];
const OBSERVATION_FIELDS = ['name', 'low', 'high', 'unit'];

/** Steps are counted in 32 bits. */
const MOST_STEPS = 2 ** 32 - 1;

/** The sentence unless `good`. */
const unless = (good: boolean, sentence: string): string[] => (good ? [] : [sentence]);

const isMissing = (value: unknown): value is undefined => value === undefined;

function boundProblems(field: Fields, place: string): string[] {
  const { low, high } = field;
  const problems = (['low', 'high'] as const).flatMap((key) =>
    unless(
      typeof field[key] === 'number' && !Number.isNaN(field[key]),
      `${place}.${key} must be a number, or ±Infinity if unbounded, but it ${showIs(field[key])}`,
    ),
  );
  if (problems.length > 0) return problems;
  const ordered = (low as number) <= (high as number);
  return unless(ordered, `${place}.low = ${low} must not be above ${place}.high = ${high}`);
}

function fieldProblems(field: unknown, place: string): string[] {
  if (!isFields(field)) {
    return [`${place} must be an object { name, low, high }, but it ${showIs(field)}`];
  }
  return [
    ...unknownFields(field, OBSERVATION_FIELDS, `${place}.`),
    ...unless(isLine(field.name), `${place}.name must be a name, but it ${showIs(field.name)}`),
    ...boundProblems(field, place),
    ...unless(
      isMissing(field.unit) || field.unit === '' || isLine(field.unit),
      `${place}.unit must be a text such as "m/s", but it ${showIs(field.unit)}`,
    ),
  ];
}

/**
 * Most numbers of an observation. Dawn takes values of up to 64 KiB, and what a step returns has
 * two observations; as many words of bits are far beyond the networks that read them.
 */
const MOST_NUMBERS = { f32: 8000, bits: 2 ** 16 } as const;

function sizeProblems({ observation, observationFormat }: Fields): string[] {
  const format = observationFormat === 'bits' ? 'bits' : 'f32';
  const most = MOST_NUMBERS[format];
  if (!Array.isArray(observation) || observation.length <= most) return [];
  const more = format === 'f32' ? `, or ${MOST_NUMBERS.bits} with observationFormat "bits"` : '';
  return [`observation lists ${observation.length} fields; at most ${most} are allowed${more}`];
}

function observationProblems(observation: unknown): string[] {
  if (!Array.isArray(observation) || observation.length === 0) {
    return [
      'observation must list at least one field, each { name, low, high }, ' +
        `but it ${showIs(observation)}`,
    ];
  }
  const names = observation.map((field: unknown) => (isFields(field) ? field.name : undefined));
  const twice = new Set(repeated(names.filter(isLine)).map(show));
  return [
    ...observation.flatMap((field: unknown, index) =>
      fieldProblems(field, `observation[${index}]`),
    ),
    ...[...twice].map((name) => `observation has more than one field of the name ${name}`),
  ];
}

const FORMATS: readonly unknown[] = ['f32', 'bits'];

function formatProblems({ observation, observationFormat: format }: Fields): string[] {
  const words = `observationFormat must be "f32" or "bits", but it ${showIs(format)}`;
  if (!isMissing(format) && !FORMATS.includes(format)) return [words];
  if (format !== 'bits' || !Array.isArray(observation)) return [];
  const bad = observation.findIndex(
    (field: unknown) => isFields(field) && !(field.low === 0 && field.high === 1),
  );
  if (bad === -1) return [];
  const { low, high } = observation[bad];
  return [
    'observationFormat is "bits", whose numbers go from 0 to 1, but ' +
      `observation[${bad}] goes from ${show(low)} to ${show(high)}`,
  ];
}

/** Names of metrics, which become tags, columns and keys. */
const METRIC_NAME = /^[a-z][a-z0-9_]*$/i;

function metricsProblems(metrics: unknown): string[] {
  if (isMissing(metrics)) return [];
  if (!Array.isArray(metrics) || metrics.length === 0) {
    return [`metrics must list at least one name, but it ${showIs(metrics)}`];
  }
  return metrics.flatMap((name: unknown, index) => [
    ...unless(
      typeof name === 'string' && METRIC_NAME.test(name),
      `metrics[${index}] must be a name of letters, digits and underscores, ` +
        `but it ${showIs(name)}`,
    ),
    ...unless(metrics.indexOf(name) === index, `metrics has ${show(name)} more than once`),
  ]);
}

const HOW_TO_READ =
  "read the file as text, e.g. readFileSync('my.wesl', 'utf8') or import 'my.wesl?raw'";

function shaderProblems(shader: unknown): string[] {
  if (ArrayBuffer.isView(shader) || shader instanceof ArrayBuffer) {
    return [`shader must be the text of a WESL module, but it ${showIs(shader)}; ${HOW_TO_READ}`];
  }
  if (typeof shader !== 'string' || shader.trim() === '') {
    return [`shader must be the text of a WESL module, but it ${showIs(shader)}`];
  }
  const isName = !/[\n{;]/.test(shader.trim());
  const words = 'shader must be the text of a WESL module, not the name of its file';
  return unless(!isName, `${words}, ${show(shader)}; ${HOW_TO_READ}`);
}

function defaultsProblems(defaults: unknown): string[] {
  if (isMissing(defaults)) return [];
  if (!isFields(defaults))
    return [`defaults must be an object of config fields, but it ${showIs(defaults)}`];
  const keys = Object.keys(CONFIG_FIELDS) as (keyof typeof CONFIG_FIELDS)[];
  const given = keys.filter((key) => defaults[key] !== undefined);
  return [
    ...unknownFields(defaults, keys, 'defaults.'),
    ...given
      .flatMap((key) => settingProblems(key, defaults[key], defaults.numAgents))
      .map((sentence) => `defaults.${sentence}`),
  ];
}

function limitProblems(limit: unknown): string[] {
  const good = Number.isInteger(limit) && (limit as number) > 0 && (limit as number) <= MOST_STEPS;
  return unless(
    limit === null || good,
    `maxEpisodeSteps must be an integer from 1 to ${MOST_STEPS}, or null for no limit, ` +
      `but it ${showIs(limit)}`,
  );
}

function maskProblems({ action, actionMask }: Fields): string[] {
  const typed = isMissing(actionMask) || typeof actionMask === 'boolean';
  const isBox = isFields(action) && action.type === 'box';
  return [
    ...unless(typed, `actionMask must be true or false, but it ${showIs(actionMask)}`),
    ...unless(
      !(isBox && actionMask === true),
      'actionMask is true, but the actions are a box; only choices can be masked',
    ),
  ];
}

function playersProblems({ players, host }: Fields): string[] {
  const isCount = isMissing(players) || players === 1 || players === 2;
  return [
    ...unless(isCount, `players must be 1 or 2, but it ${showIs(players)}`),
    ...unless(
      !(players === 2 && !isMissing(host)),
      'players is 2, but a world on the host has one player; players must be 1',
    ),
  ];
}

function thresholdProblems(threshold: unknown): string[] {
  const words = `rewardThreshold must be a finite number, but it ${showIs(threshold)}`;
  return unless(isMissing(threshold) || Number.isFinite(threshold), words);
}

function showingProblems({ stepsPerSecond: rate, draw }: Fields): string[] {
  const isRate = typeof rate === 'number' && rate > 0 && Number.isFinite(rate);
  const rateWords = `stepsPerSecond must be a positive number, but it ${showIs(rate)}`;
  const drawWords = `draw must be a function (state, step) => Drawing, but it ${showIs(draw)}`;
  return [
    ...unless(isMissing(rate) || isRate, rateWords),
    ...unless(isMissing(draw) || typeof draw === 'function', drawWords),
  ];
}

const HOST_FIELDS = ['create', 'truncates', 'stepTimeout'];

/** Problems of an environment that steps on the host, whose fields its author knows without it. */
function hostProblems(host: unknown): string[] {
  if (isMissing(host)) return [];
  if (!isFields(host))
    return [`host must be left to defineHostEnvironment, but it ${showIs(host)}`];
  const { create, truncates, stepTimeout } = host;
  const isTime = typeof stepTimeout === 'number' && stepTimeout > 0;
  return [
    ...unknownFields(host, HOST_FIELDS, 'host.'),
    ...unless(
      isMissing(create) || typeof create === 'function',
      `create must be a function that makes N environments, but it ${showIs(create)}`,
    ),
    ...unless(
      isMissing(truncates) || typeof truncates === 'boolean',
      `truncates must be true or false, but it ${showIs(truncates)}`,
    ),
    ...unless(
      isMissing(stepTimeout) || isTime,
      'stepTimeout must be a positive number of milliseconds, or Infinity, ' +
        `but it ${showIs(stepTimeout)}`,
    ),
  ];
}

/** Every problem of an object that should be an `EnvironmentDefinition`. */
export function definitionProblems(definition: Fields): string[] {
  const { id, source, observation, action, maxEpisodeSteps, rewardThreshold } = definition;
  const { params, tables, metrics, shader, file, host, defaults } = definition;
  const sourceWords = 'source must say where the dynamics come from';
  return [
    ...unknownFields(definition, FIELDS),
    ...unless(isLine(id), `id must be a name such as "CartPole-v1", but it ${showIs(id)}`),
    ...unless(typeof source === 'string', `${sourceWords}, but it ${showIs(source)}`),
    ...observationProblems(observation),
    ...sizeProblems(definition),
    ...formatProblems(definition),
    ...actionProblems(action),
    ...maskProblems(definition),
    ...playersProblems(definition),
    ...limitProblems(maxEpisodeSteps),
    ...thresholdProblems(rewardThreshold),
    ...paramsProblems(params),
    ...tablesProblems(tables),
    ...metricsProblems(metrics),
    ...shaderProblems(shader),
    ...unless(isMissing(file) || isLine(file), `file must be a file name, but it ${showIs(file)}`),
    ...hostProblems(host),
    ...defaultsProblems(defaults),
    ...showingProblems(definition),
  ];
}
