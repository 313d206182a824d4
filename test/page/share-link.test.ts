/** Runs as fragments of addresses, there and back. */
import { describe, expect, test } from 'vitest';
import type { RunSetup } from '../../page/messages';
import { fragmentOf, LinkError, setupOf } from '../../page/share-link';

const SETUP: RunSetup = {
  environment: '2048-v0',
  config: {
    seed: 7,
    learningRate: 0.002,
    hiddenSizes: [64, 32],
    annealLr: 'cosine',
    normAdv: false,
  },
  changes: [
    { after: 0, config: { gamma: 0.9 } },
    { after: 12, config: { entCoef: 0, clipCoef: 0.1 } },
    { after: 13, config: { entCoef: 0.01 } },
  ],
};

test('a run comes back as it was', () => {
  expect(setupOf(`#${fragmentOf(SETUP)}`)).toEqual(SETUP);
});

test('a fragment can be read', () => {
  const setup = { environment: 'CartPole-v1', config: { seed: 7 }, changes: [] };
  expect(fragmentOf(setup)).toBe('environment=CartPole-v1&seed=7');
  expect(setupOf('seed=7')).toEqual(setup);
});

test('an empty one is none', () => {
  expect(setupOf('')).toBeUndefined();
  expect(setupOf('#')).toBeUndefined();
});

test('an environment must be a built-in one, in upper or lower case', () => {
  expect(setupOf('environment=cartpole-V1')?.environment).toBe('CartPole-v1');
  expect(() => setupOf('environment=Cartpole-v2')).toThrow(LinkError);
  expect(() => setupOf('environment=Cartpole-v2')).toThrow(
    'The link has the environment "Cartpole-v2"; it may have CartPole-v1, Acrobot-v1, ',
  );
});

describe('a name that is no config field is refused', () => {
  test.each(['learningrate=1', 'after-3.speed=1', 'after-x.gamma=1', 'constructor=1'])(
    '%s',
    (text) => {
      const name = /(?:after-\d+\.)?([^=]+)/.exec(text)![1]!;
      expect(() => setupOf(text)).toThrow(LinkError);
      expect(() => setupOf(text)).toThrow(`The link has "${name}"; it may have environment`);
    },
  );
});
