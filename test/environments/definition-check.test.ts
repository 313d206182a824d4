/** What a description is refused for, and what passes. */
import { describe, expect, test } from 'vitest';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { checkedEnvironment, EnvironmentError } from '../../src/environments/definition';
import { DRIFT, drift } from './drift';

/** The description of `drift` with other values, as untyped code could have made it. */
const changed = (changes: object): unknown => ({ ...drift(), ...changes });

function refusal(value: unknown): string {
  try {
    checkedEnvironment(value);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message;
  }
  return expect.fail('nothing was refused');
}

const field = (changes: object): object => ({
  observation: [{ name: 'place', low: -4, high: 4, ...changes }],
});
const discrete = (changes: object): object => ({ action: { type: 'discrete', n: 3, ...changes } });
const many = (nvec: unknown): object => ({ action: { type: 'multi-discrete', nvec } });
const box = (low: unknown, high: unknown): object => ({ action: { type: 'box', low, high } });

const listed = (length: number): object => ({
  observation: Array.from({ length }, (_, i) => ({ name: `${i}`, low: 0, high: 1 })),
});

const SPACES = "'discrete' or 'multi-discrete' or 'box'";

const CASES: readonly (readonly [string, object, string])[] = [
  [
    'a format of observations that there is not',
    { observationFormat: 'u8' },
    'observationFormat must be "f32" or "bits", but it is "u8"',
  ],
  [
    'bits that are numbers',
    { observationFormat: 'bits' },
    'observationFormat is "bits", whose numbers go from 0 to 1, but observation[0] goes from ' +
      '-4 to 4',
  ],
  [
    'more numbers than a step can return',
    listed(8001),
    'observation lists 8001 fields; at most 8000 are allowed, or 65536 with ' +
      'observationFormat "bits"',
  ],
  [
    'more bits than that',
    { ...listed(65537), observationFormat: 'bits' },
    'observation lists 65537 fields; at most 65536 are allowed',
  ],
  [
    'a box of more numbers than a policy can have',
    box(Array(8001).fill(0), Array(8001).fill(1)),
    'action.low lists 8001 numbers; at most 8000 are allowed',
  ],
  ['a rate of 0', { stepsPerSecond: 0 }, 'stepsPerSecond must be a positive number, but it is 0'],
  ['a rate without end', { stepsPerSecond: Infinity }, 'stepsPerSecond must be a positive number'],
  [
    'a drawing instead of a function',
    { draw: { view: {}, shapes: [] } },
    'draw must be a function (state, step) => Drawing, but it is an object',
  ],
  ['no id', { id: undefined }, 'id must be a name such as "CartPole-v1", but it is missing'],
  [
    'an id with a control character',
    { id: 'a\u001b[2J' },
    'id must be a name such as "CartPole-v1", but it is "a\\u001b[2J"',
  ],
  [
    'an observation with a line break in its name',
    field({ name: 'a\nb' }),
    'observation[0].name must be a name, but it is "a\\nb"',
  ],
  ['a unit with a control character', field({ unit: '\u0007' }), 'unit must be a text such as'],
  [
    'an action with a control character in its name',
    discrete({ n: 2, names: ['left', '\u009b31m'] }),
    'action.names must be a list of names',
  ],
  ['an empty id', { id: '' }, 'id must be a name such as "CartPole-v1", but it is ""'],
  [
    'no source',
    { source: undefined },
    'source must say where the dynamics come from, but it is missing',
  ],
  [
    'an unknown field',
    { maxSteps: 100 },
    'maxSteps is not a known field; the nearest is maxEpisodeSteps',
  ],
  [
    'a misspelt field',
    { rewardTreshold: 100 },
    'rewardTreshold is not a known field; the nearest is rewardThreshold',
  ],
  ['no observation', { observation: [] }, 'observation must list at least one field'],
  ['an observation that is a size', { observation: 4 }, 'each { name, low, high }, but it is 4'],
  [
    'an observation of names',
    { observation: ['x', 'y'] },
    'observation[0] must be an object { name, low, high }, but it is "x"; observation[1] must be',
  ],
  ['a field without a name', field({ name: undefined }), 'observation[0].name must be a name'],
  [
    'a field without a bound',
    field({ high: undefined }),
    'observation[0].high must be a number, or ±Infinity if unbounded, but it is missing',
  ],
  ['a bound that is no number', field({ low: Number.NaN }), 'observation[0].low must be a number'],
  [
    'a low bound above the high one',
    field({ low: 1, high: -1 }),
    'observation[0].low = 1 must not be above observation[0].high = -1',
  ],
  [
    'a unit that is no text',
    field({ unit: 5 }),
    'observation[0].unit must be a text such as "m/s"',
  ],
  [
    'a misspelt part of a field',
    field({ units: 'm' }),
    'observation[0].units is not a known field; the nearest is observation[0].unit',
  ],
  [
    'two fields of one name',
    { observation: ['x', 'y', 'x', 'x'].map((name) => ({ name, low: 0, high: 1 })) },
    'observation has more than one field of the name "x"',
  ],
  [
    'no action',
    { action: undefined },
    "action must be an action space, such as { type: 'discrete', n: 2 }",
  ],
  ['an action that is a number', { action: 2 }, 'but it is 2'],
  [
    'the name of a class instead of a type',
    { action: { type: 'Discrete', n: 3 } },
    `action.type must be ${SPACES}, but it is "Discrete"; the nearest is 'discrete'`,
  ],
  ['no type', { action: { n: 3 } }, `action.type must be ${SPACES}, but it is missing`],
  ['one choice', discrete({ n: 1 }), 'action.n must be an integer from 2 to 16000, but it is 1'],
  ['no choices', discrete({ n: 0 }), 'but it is 0'],
  ['a billion choices', discrete({ n: 1e9 }), 'but it is 1000000000'],
  ['half a choice', discrete({ n: 2.5 }), 'but it is 2.5'],
  ['choices as a text', discrete({ n: '3' }), 'but it is "3"'],
  [
    'too few names of choices',
    discrete({ names: ['left'] }),
    'action.names lists 1 names, but action.n is 3',
  ],
  [
    'too many names of choices',
    discrete({ names: ['a', 'b', 'c', 'd'] }),
    'action.names lists 4 names, but action.n is 3',
  ],
  ['two choices of one name', discrete({ names: ['a', 'b', 'a'] }), 'action.names has "a" twice'],
  [
    'names that are numbers',
    discrete({ names: [1, 2, 3] }),
    'action.names must be a list of names',
  ],
  [
    'a field of another action space',
    discrete({ low: [3] }),
    'action.low is not a field of a discrete action, which has type, n, names',
  ],
  [
    'no sizes',
    many([]),
    'action.nvec must list one size per action, such as [3, 2], but it is an empty list',
  ],
  ['one size', many(3), 'action.nvec must list one size per action, such as [3, 2], but it is 3'],
  ['a size of 0', many([3, 0]), 'action.nvec[1] must be an integer from 1 to 16000, not 0'],
  [
    'too many choices in all',
    many([16000, 2]),
    'action.nvec adds up to 16002 choices; at most 16000',
  ],
  [
    'one bound for all',
    box(-1, 1),
    'action.low must list one number per action, such as [-1], but it is -1; ' +
      'action.high must list one number per action, such as [1], but it is 1',
  ],
  [
    'no bounds',
    box(undefined, [1]),
    'action.low must list one number per action, such as [-1], but it is missing',
  ],
  ['an empty box', box([], []), 'action.low and action.high must list at least one number'],
  [
    'unequal bounds',
    box([0], [1, 1]),
    'action.low and action.high must have the same length, not 1 and 2',
  ],
  [
    'bounds the wrong way round',
    box([0, 2], [1, 2]),
    'action.low[1] = 2 must be below action.high[1] = 2',
  ],
  [
    'bounds that f32 does not tell apart',
    box([1], [1 + 1e-12]),
    'action.low[0] = 1 must be below action.high[0] = 1.000000000001 as f32',
  ],
  ['a bound that is no number', box([0], [Number.NaN]), 'action.high[0] must be a number'],
  ['a bound below f32', box([1e-40], [1]), 'action.low[0] = 1e-40 is too small for f32; use 0'],
  [
    'a mask on a box',
    { ...box([-1], [1]), actionMask: true },
    'environment Drift-v0: actionMask is true, but the actions are a box',
  ],
  [
    'a mask that is a list',
    { actionMask: [true] },
    'actionMask must be true or false, but it is a list',
  ],
  [
    'a time limit of 0',
    { maxEpisodeSteps: 0 },
    'maxEpisodeSteps must be an integer from 1 to 4294967295, or null for no limit, but it is 0',
  ],
  ['no time limit', { maxEpisodeSteps: undefined }, 'or null for no limit, but it is missing'],
  ['a broken time limit', { maxEpisodeSteps: 2.5 }, 'or null for no limit, but it is 2.5'],
  ['a time limit beyond 32 bits', { maxEpisodeSteps: 2 ** 32 }, 'but it is 4294967296'],
  [
    'a threshold that is no number',
    { rewardThreshold: '475' },
    'rewardThreshold must be a finite number',
  ],
  [
    'params that are a list',
    { params: [1] },
    'params must be an object of numbers, but it is a list',
  ],
  ['params of a class', { params: new Map([['A', 1]]) }, 'but it is a Map'],
  [
    'a param that is a text',
    { params: { FORCE: '2' } },
    'params.FORCE must be a number that fits f32',
  ],
  ['a param that is NaN', { params: { A: Number.NaN } }, 'but it is NaN'],
  ['a param that is infinite', { params: { A: -Infinity } }, 'but it is -Infinity'],
  [
    'a param beyond f32',
    { params: { A: 1e39 } },
    'params.A must be a number that fits f32 (0, or of magnitude 1.18e-38 to 3.40e+38), or ' +
      'a range { low, high }, but it ' +
      'is 1e+39',
  ],
  ['a param that many devices take for 0', { params: { A: 1e-40 } }, 'but it is 1e-40'],
  ['a param that is no identifier', { params: { 'a-b': 1 } }, 'params: "a-b" is no name in WGSL'],
  ['a param without a name', { params: { '': 1 } }, 'params: "" is no name in WGSL'],
  ['a param that begins with a digit', { params: { '2D': 1 } }, 'params: "2D" is no name in WGSL'],
  ['a reserved param', { params: { target: 1 } }, 'params: "target" is a reserved word of WGSL'],
  ['a param that is a keyword', { params: { loop: 1 } }, 'params: "loop" is a keyword of WGSL'],
  [
    'a param with two underscores',
    { params: { __A: 1 } },
    'params: "__A" begins with two underscores',
  ],
  ['an underscore', { params: { _: 1 } }, 'params: "_" is no name in WGSL'],
  [
    'no module',
    { shader: undefined },
    'shader must be the text of a WESL module, but it is missing',
  ],
  [
    'an empty module',
    { shader: ' \n' },
    'shader must be the text of a WESL module, but it is " \\n"',
  ],
  [
    'a module that is bytes',
    { shader: Buffer.from(DRIFT) },
    'shader must be the text of a WESL module, but it is a Buffer; read the file as text, e.g. ' +
      "readFileSync('my.wesl', 'utf8')",
  ],
  [
    'a module that is an array of bytes',
    { shader: new Uint8Array(3) },
    'but it is a Uint8Array; read the file',
  ],
  [
    'the name of a file',
    { shader: 'base.wesl' },
    'shader must be the text of a WESL module, not the name of its file, "base.wesl"; read the ' +
      'file',
  ],
  ['an address', { shader: new URL('file:///base.wesl') }, 'but it is a URL'],
  ['a file that is no name', { file: 3 }, 'file must be a file name, but it is 3'],
  ['defaults that are a list', { defaults: [] }, 'defaults must be an object of config fields'],
  [
    'defaults out of their range',
    { defaults: { gamma: 2, hiddenSizes: [4, 0], numEnvs: 4 } },
    'environment Drift-v0: defaults.gamma is 2; it must be a finite number from 0 to 1, or a ' +
      'list with one value per agent',
  ],
  [
    'default widths out of their range',
    { defaults: { gamma: 0.9, hiddenSizes: [4, 0] } },
    'environment Drift-v0: defaults.hiddenSizes[1] is 0; it must be',
  ],
  [
    'unknown defaults',
    { defaults: { learningrate: 1, numEnvs: 4 } },
    'environment Drift-v0: defaults.learningrate is not a known field; the nearest is ' +
      'defaults.learningRate',
  ],
];

test.each(CASES)('%s is refused', (_, changes, sentence) => {
  expect(refusal(changed(changes))).toContain(sentence);
});

test('all problems come in one error that names the environment', () => {
  expect(refusal(changed({ observation: [], shader: '', params: { A: Number.NaN } }))).toBe(
    'environment Drift-v0: observation must list at least one field, each { name, low, high }, ' +
      'but it is an empty list; ' +
      'params.A must be a number that fits f32 (0, or of magnitude 1.18e-38 to 3.40e+38), or ' +
      'a range { low, high }, but it ' +
      'is NaN; ' +
      'shader must be the text of a WESL module, but it is ""',
  );
});

test('an error has each problem of a description as a sentence of its own', () => {
  const made = (): unknown => checkedEnvironment(changed({ stepsPerSecond: 0, players: 3 }));
  expect(made).toThrow(
    expect.objectContaining({
      place: undefined,
      problems: [
        'players must be 1 or 2, but it is 3',
        'stepsPerSecond must be a positive number, but it is 0',
      ],
    }),
  );
});

test.each([
  [
    'an id',
    'CartPole-v1',
    'but it is the text "CartPole-v1"; findEnvironment("CartPole-v1") returns a built-in one',
  ],
  ['nothing', undefined, 'but it is missing'],
  ['null', null, 'but it is null'],
  ['a promise', Promise.resolve(drift()), 'but it is a Promise; await it'],
  ['a function', () => drift(), 'but it is a function'],
  ['a list', [drift()], 'but it is a list'],
])('%s is no environment', (_, value, words) => {
  expect(refusal(value)).toBe(
    'environment must be a description made by defineEnvironment or returned by findEnvironment, ' +
      words,
  );
});

describe('what is unusual and right passes', () => {
  test.each([
    ['no time limit', { maxEpisodeSteps: null }],
    ['the longest time limit', { maxEpisodeSteps: 2 ** 32 - 1 }],
    ['an observation without bounds', field({ low: -Infinity, high: Infinity })],
    ['an observation of large bounds', field({ low: -1e20, high: 1e20 })],
    ['an observation that never changes', field({ low: 1, high: 1 })],
    ['a box without bounds', box([-Infinity], [Infinity])],
    ['a box of large bounds', box([-1e20], [1e20])],
    ['a box of bounds beyond f32', box([-1e39], [1e39])],
    ['a choice of one among others', many([1, 3])],
    ['the most choices', discrete({ n: 16000 })],
    ['the most numbers', listed(8000)],
    ['the most bits', { ...listed(65536), observationFormat: 'bits' }],
    ['params of any name', { params: { f32: 1, step: 2, größe: 3, _a: 4, ACTION_SIZE: 5 } }],
    ['params of any size', { params: { A: 1e20, B: -3.4e38, C: 1.2e-38, D: -0 } }],
    ['no params', { params: {} }],
    ['an object without a prototype', { params: Object.assign(Object.create(null), { A: 1 }) }],
    ['a module on one line', { shader: DRIFT.replaceAll('\n', ' ') }],
  ])('%s', (_, changes) => {
    expect(checkedEnvironment(changed(changes))).toMatchObject({ id: 'Drift-v0' });
  });
});

test('every config field can be a default', () => {
  const defaults = Object.fromEntries(Object.keys(CONFIG_FIELDS).map((key) => [key, undefined]));
  expect(checkedEnvironment(changed({ defaults }))).toMatchObject({ id: 'Drift-v0' });
});
