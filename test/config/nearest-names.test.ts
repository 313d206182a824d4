import { expect, test } from 'vitest';
import { nearestNames, similarName } from '../../src/config/nearest-names';

const NAMES = ['CartPole-v1', 'Acrobot-v1', 'MountainCar-v0', 'Pendulum-v1'];

test('a misspelt name is nearest to the one that was meant', () => {
  expect(nearestNames('CartPol-v1', NAMES, 1)).toEqual(['CartPole-v1']);
  expect(nearestNames('Pendulm', NAMES, 1)).toEqual(['Pendulum-v1']);
});

test('case and dashes do not count', () => {
  expect(nearestNames('cart-pole-V1', NAMES, 1)).toEqual(['CartPole-v1']);
  expect(nearestNames('num_envs', ['seed', 'numEnvs'], 1)).toEqual(['numEnvs']);
});

test('a name that contains the word comes before one that is fewer letters away', () => {
  expect(nearestNames('lr', ['seed', 'k', 'annealLr'], 1)).toEqual(['annealLr']);
});

test.each([
  ['lr', ['annealLr', 'learningRate']],
  ['--lr', ['--anneal-lr', '--learning-rate']],
])('initials come first: %s', (word, names) => {
  expect(nearestNames(word, names, 1)).toEqual([names[1]]);
});

test('a similar name is one with few letters wrong', () => {
  const names = ['train', 'doctor', 'envs', 'help'];
  expect(['trian', 'Train', 'env', 'docter'].map((word) => similarName(word, names))).toEqual([
    'train',
    'train',
    'envs',
    'doctor',
  ]);
  expect(['xyz', 'seed', 'x', ''].map((word) => similarName(word, names))).toEqual(
    Array(4).fill(undefined),
  );
  expect(similarName('train', [])).toBeUndefined();
});

test('as many names as asked for, and no more than there are', () => {
  expect(nearestNames('x', NAMES)).toHaveLength(3);
  expect(nearestNames('x', NAMES, 9)).toHaveLength(4);
  expect(nearestNames('', NAMES, 2)).toHaveLength(2);
});

test('a name that the word shortens comes before one that is hardly fewer letters away', () => {
  const names = ['action', 'params', 'maxEpisodeSteps'];
  expect(nearestNames('maxSteps', names, 1)).toEqual(['maxEpisodeSteps']);
  expect(nearestNames('rewardThresh', ['rewardScale', 'rewardThreshold'], 1)).toEqual([
    'rewardThreshold',
  ]);
  expect(nearestNames('dice', ['tree', 'divergence'], 1)).toEqual(['tree']);
});
