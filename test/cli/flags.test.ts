import { describe, expect, test } from 'vitest';
import { CONFIG_KEYS, flagOf } from '../../src/cli/flag-values';
import { parseCommandLine } from '../../src/cli/flags';
import { UsageError } from '../../src/cli/usage-error';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_FIELDS } from '../../src/config/fields';

function parse(text: string) {
  return parseCommandLine(text.split(' ').filter((word) => word !== ''));
}

function overrides(flags: string): unknown {
  return parse(`train CartPole-v1 ${flags}`).overrides;
}

test('a command line without flags leaves the config alone', () => {
  expect(parse('train CartPole-v1')).toMatchObject({
    command: 'train',
    topic: undefined,
    operands: ['CartPole-v1'],
    overrides: {},
    typed: new Map(),
    unread: [],
    problems: [],
    config: undefined,
    printConfig: false,
    json: false,
  });
});

test.each(CONFIG_KEYS)('%s has a flag that takes its default', (key) => {
  expect(overrides(`${flagOf(key)} ${DEFAULT_CONFIG[key]}`)).toEqual({
    [key]: DEFAULT_CONFIG[key],
  });
});

test.each<[string, unknown]>([
  ['--num-envs 1024', { numEnvs: 1024 }],
  ['--num-envs=1024', { numEnvs: 1024 }],
  ['--total-timesteps 5e5', { totalTimesteps: 500_000 }],
  ['--total-timesteps 500_000', { totalTimesteps: 500_000 }],
  ['--learning-rate 1e-3', { learningRate: 0.001 }],
  ['--learning-rate 0.001,0.002', { learningRate: [0.001, 0.002] }],
  ['--anneal-lr', { annealLr: true }],
  ['--no-anneal-lr', { annealLr: false }],
  ['--anneal-lr false', { annealLr: false }],
  ['--anneal-lr=false', { annealLr: false }],
  ['--anneal-lr true,false', { annealLr: [true, false] }],
  ['--anneal-lr cosine', { annealLr: 'cosine' }],
  ['--anneal-lr linear,kl-adaptive', { annealLr: ['linear', 'kl-adaptive'] }],
  ['--clip-vloss false', { clipVloss: false }],
  ['--anneal-lr --seed 3', { annealLr: true, seed: 3 }],
  ['--hidden-sizes 64,32', { hiddenSizes: [64, 32] }],
  ['--hidden-sizes 64', { hiddenSizes: [64] }],
  ['--hidden-sizes none', { hiddenSizes: [] }],
  ['--activation relu', { activation: 'relu' }],
  ['--seed 1 --seed 2', { seed: 2 }],
  ['--ent-coef -1', { entCoef: -1 }],
  ['--ent-coef=-1', { entCoef: -1 }],
  ['--ent-coef NaN', { entCoef: Number.NaN }],
  ['--max-grad-norm inf', { maxGradNorm: Number.POSITIVE_INFINITY }],
])('%s is read', (flags, expected) => {
  expect(overrides(flags)).toEqual(expected);
});

test('flags may stand before, between and after the words', () => {
  const line = parse('--json train --seed 7 CartPole-v1 --adapter llvm --episodes 9 --quiet');
  expect(line).toMatchObject({
    command: 'train',
    operands: ['CartPole-v1'],
    overrides: { seed: 7 },
    adapter: 'llvm',
    episodes: 9,
    json: true,
    quiet: true,
  });
});

test('a flag that repeats keeps all its values, another one the last', () => {
  expect(parse('eval run --param A=1 --param=B=-2 --episodes 3 --episodes 4')).toMatchObject({
    param: ['A=1', 'B=-2'],
    episodes: 4,
  });
  expect(parse('eval run').param).toEqual([]);
});

test('a configuration file is kept as its path', () => {
  expect(parse('train X --config a/b.json --print-config')).toMatchObject({
    config: 'a/b.json',
    printConfig: true,
    overrides: {},
  });
});

test('a boolean flag before the environment does not swallow it', () => {
  expect(parse('train --norm-adv CartPole-v1')).toMatchObject({
    operands: ['CartPole-v1'],
    overrides: { normAdv: true },
  });
});

test('what was typed is kept for messages', () => {
  const { typed } = parse('train X --num-envs 0 --no-norm-adv --anneal-lr');
  expect([...typed]).toEqual([
    ['numEnvs', '--num-envs 0'],
    ['normAdv', '--no-norm-adv'],
    ['annealLr', '--anneal-lr'],
  ]);
});

test.each([
  ['', 'help'],
  ['help', 'help'],
  ['-h', 'help'],
  ['train --help', 'help'],
  ['train CartPole-v1 --num-envs --help', 'train'],
  ['--version', 'version'],
  ['-v', 'version'],
  ['envs', 'envs'],
  ['doctor --json', 'doctor'],
])('"%s" runs %s', (text, command) => {
  expect(parse(text).command).toBe(command);
  if (command === 'train') expect(parse(text).problems[0]).toContain('--num-envs needs a value');
});

test.each([
  ['', undefined],
  ['help', undefined],
  ['help help', 'help'],
  ['CartPole-v1 --help', undefined],
  ['--help train', 'train'],
  ['train CartPole-v1 -h', 'train'],
  ['help doctor', 'doctor'],
  ['envs --help', 'envs'],
])('"%s" asks for help about %s', (text, topic) => {
  expect(parse(text)).toMatchObject({ command: 'help', topic });
});

/**
 * What is wrong with a command line: train's flags are told later, with the problems of its file.
 */
function refusal(text: string): string {
  try {
    return parse(text).problems.join('\n');
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
}

describe('refuses', () => {
  test.each([
    ['train', 'lockstep train needs an environment; "lockstep envs" lists them'],
    ['trian X', 'trian is not a command; did you mean train? The commands are train, '],
    ['help docter', 'docter is not a command; did you mean doctor? The commands are train'],
    ['toString', 'toString is not a command; the commands are train, '],
    ['--seed 3', '--seed is a flag of lockstep train and must follow that command'],
    ['--compile', '--compile is a flag of lockstep doctor and must follow that command'],
    ['--verison', 'unknown flag --verison; did you mean --version?'],
    ['-x', 'unknown flag -x; "lockstep help" lists commands and flags'],
    ['train X Y', 'lockstep train does not take the argument Y'],
    ['train --anneal-lr X false', 'lockstep train does not take the argument false'],
    ['train X --anneal-lr yes', 'lockstep train does not take the argument yes'],
    [
      'train X --num-env 3',
      '--num-env is not a flag of lockstep train; the nearest are --num-envs, --norm-adv, ' +
        '--num-steps',
    ],
    [
      'train X --lr 3',
      '--lr is not a flag of lockstep train; did you mean --learning-rate? Step size of Adam',
    ],
    ['train X --n_epochs 3', 'did you mean --update-epochs? Passes over each batch'],
    ['train X --batch-size 64', 'did you mean --num-minibatches? Minibatches per epoch'],
    ['train X --lambda 1', 'did you mean --gae-lambda?'],
    ['train X --clip-range 1', 'did you mean --clip-coef?'],
    ['train X --envs 1', 'did you mean --num-envs?'],
    ['train X --steps 1', 'did you mean --num-steps?'],
    ['train X -n 3', '-n is not a flag of lockstep train; the nearest are'],
    ['train X --no-seed', '--no-seed is not a flag of lockstep train; the nearest are --seed'],
    ['train X --seed', '--seed needs a value'],
    ['train X --num-envs --seed 3', '--num-envs needs a value before --seed'],
    ['train X --no-anneal-lr=true', '--no-anneal-lr takes no value'],
    ['train X --json=yes', '--json takes no value, but has yes'],
    ['train X --num-envs many', '--num-envs many: numEnvs must be an integer from 1 to 1048576'],
    ['train X --num-envs 1,2', '--num-envs 1,2: numEnvs must be an integer from 1 to 1048576'],
    ['train X --num-envs=', '--num-envs "": numEnvs must be an integer from 1 to 1048576'],
    ['train X --gamma 0.9,', '--gamma 0.9,: gamma must be a finite number from 0 to 1, or a list'],
    ['train X --clip-vloss=yes', '--clip-vloss yes: clipVloss must be true or false, or a list'],
    [
      'train X --anneal-lr=yes',
      '--anneal-lr yes: annealLr must be one of false, true, linear, cos',
    ],
    ['train X --activation gelu', 'activation must be one of tanh, relu, elu, silu'],
    [
      'train X --hidden-sizes big',
      '--hidden-sizes big: hiddenSizes must be a list of 0 to 4 widths',
    ],
    ['train X --matrix-units', '--matrix-units needs --tune'],
    ['doctor --compile --matrix-units', '--matrix-units cannot be combined with --compile'],
    ['train X --no-save --run-dir a', '--run-dir cannot be combined with --no-save'],
    ['train X --no-save --keep 3', '--keep cannot be combined with --no-save'],
    ['train X --no-save --save-interval 3', '--save-interval cannot be combined with --no-save'],
    [
      'train X --episodes 0',
      '--episodes 0: the number of episodes must be an integer from 1 to 1000000',
    ],
    [
      'train X --episodes 2.5',
      '--episodes 2.5: the number of episodes must be an integer from 1 to 1000000',
    ],
    [
      'doctor --seed 3',
      '--seed is not a flag of lockstep doctor; it takes --adapter, --matrix-units, ' +
        '--unsafe-fast, --compile, --json, --help',
    ],
    ['envs CartPole-v1', 'lockstep envs does not take the argument CartPole-v1'],
  ])('%s', (text, message) => {
    expect(refusal(text)).toContain(message);
  });

  test('all flags of a line at once', () => {
    const { problems, unread, overrides, operands } = parse(
      'train X --wrong 3 --num-envs many --seed 5 --gamma 0.9, --json=yes --no-norm-adv=true',
    );
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      '--wrong',
      '--num-envs',
      '--gamma',
      '--json',
      '--no-norm-adv',
    ]);
    expect(unread).toEqual(['numEnvs', 'gamma', 'normAdv']);
    expect(overrides).toEqual({ seed: 5 });
    // The word after an unknown flag may be its value.
    expect(operands).toEqual(['X', '3']);
  });

  test('a word too many, unless a flag that is not known may have it for its value', () => {
    expect(refusal('train X Y')).toContain('does not take the argument Y');
    expect(refusal('train X --wrong Y')).toMatch(/^--wrong is not a flag of lockstep train; .*$/);
  });
});

test('every field of the config has a flag of its own', () => {
  expect(new Set(CONFIG_KEYS.map(flagOf)).size).toBe(Object.keys(CONFIG_FIELDS).length);
});
