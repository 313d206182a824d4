import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/flags';
import { resolveConfig } from '../../src/cli/resolve-config';
import { ConfigError } from '../../src/config/config-error';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { TINY_ENVIRONMENT } from './reports';

/** The configuration of Tiny-v0 (10 environments, 20 steps) with a file and flags. */
function resolve(file: unknown, flags = '') {
  const argv = `train Tiny-v0 --config run.json ${flags}`.trim().split(' ');
  return resolveConfig(parseCommandLine(argv), TINY_ENVIRONMENT, () => JSON.stringify(file));
}

function problems(file: unknown, flags = ''): readonly string[] {
  try {
    resolve(file, flags);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

test('general defaults < environment < file < flags', () => {
  expect(resolve({ numSteps: 8, seed: 5 }, '--seed 6')).toEqual({
    ...DEFAULT_CONFIG,
    numEnvs: 10,
    numSteps: 8,
    totalTimesteps: 2000,
    seed: 6,
  });
});

test('a file has lists with one value per agent', () => {
  const file = { numAgents: 2, learningRate: [0.001, 0.002], annealLr: [true, false] };
  expect(resolve(file)).toMatchObject(file);
  expect(problems(file, '--num-agents 3')).toEqual([
    'learningRate is a list of 2 values, but numAgents is 3 (in run.json); it must be one value ' +
      'or a list of 3',
    'annealLr is a list of 2 values, but numAgents is 3 (in run.json); it must be one value or a ' +
      'list of 3',
  ]);
});

test('a bad item of a list is named', () => {
  expect(problems({ numAgents: 2, gamma: [0.9, 'x'] })).toEqual([
    'gamma[1] is "x" (in run.json); it must be a finite number from 0 to 1',
  ]);
});

test('an excluded combination names what came from where', () => {
  expect(problems({ numMinibatches: 3 })).toEqual([
    expect.stringMatching(/^numEnvs \* numSteps = 200 .* \(numMinibatches in run\.json\); numMini/),
  ]);
  expect(problems({ numMinibatches: 3 }, '--num-steps 5')).toEqual([
    expect.stringMatching(/^--num-steps 5: numEnvs \* numSteps = 50 .* \(numMinibatches in run\./),
  ]);
  expect(problems({}, '--num-minibatches 3')).toEqual([
    expect.stringMatching(/^--num-minibatches 3: .*\(remainder 2\); numMinibatches must be one of/),
  ]);
});

test('a value that a flag overrides is not judged', () => {
  expect(problems({ numEnvs: 0 }, '--num-envs 10')).toEqual([]);
  expect(problems({ numEnvs: 0 }, '--num-envs many')).toEqual([
    '--num-envs many: numEnvs must be an integer from 1 to 1048576',
  ]);
});

test('text with semicolons does not hide the origin', () => {
  expect(problems({ activation: 'a; b' })).toEqual([
    'activation is "a; b" (in run.json); it must be one of tanh, relu, elu, silu',
  ]);
});

test.each(['numAgents', 'toString', '__proto__'])('%s as a key is no trap', (key) => {
  const said = problems(JSON.parse(`{"${key}": null}`));
  const wanted = key === 'numAgents' ? 'numAgents is null (in run.json)' : `${key} is not a config`;
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(wanted);
});
