import { describe, expect, test } from 'vitest';
import { checkConfig, describeAllowed, findProblems } from '../../src/config/check';
import { ConfigError } from '../../src/config/config-error';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_FIELDS } from '../../src/config/fields';
import type { PpoConfig } from '../../src/config/ppo-config';

/** The sentences about the default configuration with some fields replaced by anything. */
function problemsOf(changes: Readonly<Record<string, unknown>>): string[] {
  return findProblems({ ...DEFAULT_CONFIG, ...changes } as PpoConfig).map((each) => each.sentence);
}

const GROUP = { advantageEstimator: 'group', clipVloss: false, vfCoef: 0 };

const KEYS = Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[];
const NUMERIC = KEYS.filter((key) => /integer|number/.test(CONFIG_FIELDS[key].type));

test('the default configuration is right', () => {
  expect(() => checkConfig(DEFAULT_CONFIG)).not.toThrow();
});

test('all problems come in one error', () => {
  const config = { ...DEFAULT_CONFIG, numEnvs: 0, gamma: Number.NaN };
  expect(() => checkConfig(config)).toThrow(ConfigError);
  expect(() => checkConfig(config)).toThrow(/^numEnvs is 0; .*\ngamma is NaN; .*$/);
});

describe.each(NUMERIC)('%s', (key) => {
  const { min, max, exclusiveMin, perAgent } = CONFIG_FIELDS[key];
  const below = exclusiveMin ? min! : min! - 1;
  const refused: unknown[] = [Number.NaN, below, Number.POSITIVE_INFINITY, 'many', null, undefined];
  if (max !== undefined) refused.push(max * 2 + 1);
  if (CONFIG_FIELDS[key].type === 'integer') refused.push(1.5);
  if (!perAgent) refused.push([1]);

  test.each(refused)('refuses %s and says what is allowed', (value) => {
    const problems = problemsOf({ [key]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${key} is `));
    expect(problems[0]).toContain(describeAllowed(key));
  });
});

test.each(KEYS)('%s refuses a value of another type', (key) => {
  expect(problemsOf({ [key]: { deep: 1 } })).toEqual([
    `${key} is {"deep":1}; it must be ${describeAllowed(key)}`,
  ]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['zero', { numEnvs: 0 }, 'numEnvs is 0; it must be an integer from 1 to 1048576'],
  ['text', { numSteps: '8' }, 'numSteps is "8"; it must be an integer from 1 to 65536'],
  [
    'a minimum that is not allowed itself',
    { clipCoef: 0 },
    'clipCoef is 0; it must be a finite number above 0 and up to 10, or a list with one value ' +
      'per agent',
  ],
  [
    'a field without a maximum',
    { maxGradNorm: -1 },
    'maxGradNorm is -1; it must be a finite number above 0, or a list with one value per agent',
  ],
  [
    'a flag',
    { clipVloss: 1 },
    'clipVloss is 1; it must be true or false, or a list with one value per agent',
  ],
  [
    'a choice',
    { normAdv: 1 },
    'normAdv is 1; it must be one of false, true, batch, or a list with one value per agent',
  ],
  [
    'an unknown activation',
    { activation: 'gelu' },
    'activation is "gelu"; it must be one of tanh, relu, elu, silu',
  ],
  [
    'an item of a list',
    { numAgents: 3, entCoef: [0, -1, Number.NaN] },
    'entCoef[1] is -1 (and 1 more is invalid); it must be a finite number from 0 to 100',
  ],
  [
    'a list of another length',
    { numAgents: 3, gamma: [0.9, 0.99] },
    'gamma is a list of 2 values, but numAgents is 3; it must be one value or a list of 3',
  ],
  [
    'a width',
    { hiddenSizes: [64, 1025] },
    'hiddenSizes[1] is 1025; it must be an integer from 1 to 1024',
  ],
  [
    'too many layers',
    { hiddenSizes: [1, 2, 3, 4, 5] },
    'hiddenSizes has 5 layers; it must be a list of 0 to 4 widths, each an integer from 1 to 1024',
  ],
  [
    'an unknown key',
    { numEnv: 4 },
    'numEnv is not a config key; the nearest are numEnvs, normAdv, numSteps',
  ],
  [
    'a batch that minibatches do not divide',
    { numEnvs: 10, numSteps: 25, numMinibatches: 4 },
    'numEnvs * numSteps = 250 is not divisible by numMinibatches = 4 (remainder 2); ' +
      'numMinibatches must be one of 1, 2, 5, 10 ...',
  ],
  [
    'a batch whose only other divisor leaves minibatches of 1',
    { numEnvs: 7, numSteps: 1, numMinibatches: 3 },
    'numEnvs * numSteps = 7 is not divisible by numMinibatches = 3 (remainder 1); numMinibatches ' +
      'must be one of 1',
  ],
  [
    'a batch above the largest',
    { numEnvs: 2 ** 20, numSteps: 17 },
    'numEnvs * numSteps = 1048576 * 17 = 17825792 is above the largest batch, 16777216; with ' +
      'numEnvs = 1048576 numSteps must be at most 16',
  ],
  [
    'more updates than an iteration may have',
    { numEnvs: 1024, numSteps: 1024, numMinibatches: 65536, updateEpochs: 17 },
    'updateEpochs * numMinibatches = 17 * 65536 = 1114112 is above the largest number of updates ' +
      'per iteration, 1048576; with numMinibatches = 65536 updateEpochs must be at most 16',
  ],
  [
    'normalized minibatches of 1',
    { numEnvs: 2, numSteps: 2, numMinibatches: 4 },
    'normAdv needs minibatches of at least 2 transitions (for an unbiased standard deviation), ' +
      'but numEnvs * numSteps / numMinibatches = 4 / 4 = 1; lower numMinibatches, raise numEnvs ' +
      'or numSteps, or set normAdv to false',
  ],
  [
    "a critic's activation where the trunk is shared",
    { sharedTrunk: true, criticActivation: 'relu' },
    'criticActivation is "relu", but with sharedTrunk = true the critic has no hidden layers of ' +
      "its own; set criticActivation to 'same' or sharedTrunk to false",
  ],
  [
    'bounds of the log standard deviation the wrong way round',
    { logStdMin: 1, logStdMax: 1 },
    'logStdMin is 1; it must be below logStdMax = 1',
  ],
  [
    'a dual clip that would clip every ratio',
    { dualClip: 1 },
    'dualClip is 1; it must be a finite number above 1 and up to 100, or 0, or a list with one ' +
      'value per agent',
  ],
  [
    'a Huber loss that is clipped',
    { numAgents: 2, huberDelta: [0, 1], clipVloss: true },
    'huberDelta[1] is 1, but clipVloss is true, and the Huber loss cannot be clipped; set ' +
      'huberDelta to 0 or clipVloss to false',
  ],
  [
    'a penalty without a weight',
    { objective: 'penalty' },
    "objective is penalty, but klCoef is 0, so nothing would limit the policy's change; klCoef " +
      'must be above 0 and up to 1000, 1 in the paper',
  ],
  [
    'an annealed clip that is not there',
    { objective: 'penalty', klCoef: 1, annealClip: 'cosine' },
    'annealClip is cosine, but objective = penalty does not clip; set annealClip to false or ' +
      'objective to clip',
  ],
  [
    'an adaptive rate that begins outside its bounds',
    { annealLr: 'kl-adaptive', learningRate: 0.1 },
    'learningRate is 0.1, but with annealLr = kl-adaptive it stays between 0.00001 and 0.01; ' +
      'learningRate must be in that range',
  ],
  [
    'an adaptive penalty that begins below its bounds',
    { numAgents: 2, klCoef: [1, 5e-7] },
    'klCoef[1] is 5e-7, but with annealKl = kl-adaptive it stays between 0.000001 and 1000; ' +
      'klCoef must be in that range or 0, or annealKl must be false',
  ],
  [
    "a critic's rate where the trunk is shared",
    { sharedTrunk: true, criticLearningRate: 1e-3 },
    'criticLearningRate is 0.001, but with sharedTrunk = true the critic has no parameters of ' +
      'its own; set criticLearningRate to 0 or sharedTrunk to false',
  ],
  [
    'environments that cannot be dealt out to minibatches',
    { minibatchBy: 'environments', numEnvs: 6, numSteps: 2, numMinibatches: 4 },
    'numEnvs = 6 is not divisible by numMinibatches = 4, but with minibatchBy = environments a ' +
      'minibatch consists of whole environments; numMinibatches must be one of 2, 3, 6 ...',
  ],
  [
    'groups that do not divide the environments',
    { ...GROUP, numEnvs: 12, groupSize: 8 },
    'numEnvs = 12 is not divisible by groupSize = 8, but with advantageEstimator = group every ' +
      'environment belongs to a group; groupSize must be one of 4, 6, 12 ...',
  ],
  [
    'a number of environments that no group size divides',
    { ...GROUP, numEnvs: 65_537, groupSize: 8 },
    'numEnvs = 65537 is not divisible by groupSize = 8, but with advantageEstimator = group ' +
      'every environment belongs to a group; no groupSize divides it; numEnvs must be a multiple ' +
      'of groupSize',
  ],
  [
    'a critic where advantages are relative to a group',
    { ...GROUP, clipVloss: true, vfCoef: 0.5, recomputeAdvantages: true },
    'advantageEstimator = group has no critic, but clipVloss is true, vfCoef is 0.5, ' +
      'recomputeAdvantages is true; set clipVloss to false, vfCoef to 0, recomputeAdvantages to ' +
      'false',
  ],
  [
    'a last seed above 32 bits',
    { seed: 4294967295, numAgents: 2 },
    'seed + numAgents - 1 = 4294967295 + 2 - 1 = 4294967296 is above 4294967295; with numAgents ' +
      '= 2 seed must be at most 4294967294',
  ],
])('refuses %s', (_, changes, sentence) => {
  expect(problemsOf(changes)).toEqual([sentence]);
});

test.each<[string, Record<string, unknown>]>([
  ['a list with one value per agent', { numAgents: 2, learningRate: [0, 1e-3] }],
  ['flags per agent', { numAgents: 2, annealLr: [true, false] }],
  ['no hidden layer', { hiddenSizes: [] }],
  ['one agent in a list', { gamma: [0.9] }],
  ['minibatches of 1 that are not normalized', { numEnvs: 4, numSteps: 1, normAdv: false }],
  ['a shared trunk', { sharedTrunk: true }],
  ['advantages relative to a group', { ...GROUP, numEnvs: 12, groupSize: 6 }],
  ['a penalty with a weight', { objective: 'penalty', klCoef: 1 }],
  ['a slight penalty that stays as it is', { klCoef: 5e-7, annealKl: false }],
  ['the slightest adaptive penalty', { klCoef: 1e-6 }],
  ['a Huber loss', { huberDelta: 1, clipVloss: false }],
  ['a dual clip', { dualClip: 3 }],
  ["a critic's activation of its own", { criticActivation: 'relu' }],
  ['the widest layers', { hiddenSizes: [1024, 1, 1024, 1] }],
  ['the largest batch', { numEnvs: 2 ** 20, numSteps: 16 }],
  ['the last seed', { seed: 2 ** 32 - 2, numAgents: 2 }],
])('accepts %s', (_, changes) => {
  expect(problemsOf(changes)).toEqual([]);
});
