import { expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { pendulum } from '../../src/environments/pendulum';
import { describePolicy } from '../../src/export/describe-policy';
import { POLICY_CASES, randomPolicy, signals } from './policies';

test('choices: names in order, units, meanings', () => {
  const saved = randomPolicy(cartpole, { gamma: [0.9, 0.95], numAgents: 2 });
  expect(describePolicy(saved, { agent: 1 })).toEqual({
    environment: 'CartPole-v1',
    source: cartpole.source,
    agent: 1,
    observation: [
      { index: 0, name: 'position', unit: 'm', low: -4.8, high: 4.8 },
      { index: 1, name: 'velocity', unit: 'm/s', low: null, high: null },
      { index: 2, name: 'angle', unit: 'rad', low: -0.41887903, high: 0.41887903 },
      { index: 3, name: 'angular velocity', unit: 'rad/s', low: null, high: null },
    ],
    observationBound: null,
    action: { type: 'discrete', nvec: [2], names: ['push left', 'push right'], maskSize: null },
    actionSize: 1,
    network: {
      hiddenSizes: [13, 9],
      activation: 'tanh',
      criticActivation: 'tanh',
      layerNorm: false,
      sharedTrunk: false,
    },
    gamma: 0.95,
  });
});

test('numbers: bounds, and how they are kept', () => {
  const saved = randomPolicy(pendulum, { normObs: true, clipObs: 5 });
  expect(describePolicy(saved)).toMatchObject({
    observationBound: 5,
    action: { type: 'box', low: [-2], high: [2], bounded: 'clipped', logStdBounds: null },
  });
  const squashed = randomPolicy(pendulum, { squashActions: true, stateDependentStd: true });
  expect(describePolicy(squashed).action).toMatchObject({
    ...{ bounded: 'squashed', logStdBounds: [-5, 2] },
  });
});

test('masks: how many entries they have', () => {
  const action = { type: 'multi-discrete', nvec: [3, 2] } as const;
  const saved = randomPolicy(signals(action, { actionMask: true }));
  expect(describePolicy(saved).action).toEqual({ ...action, names: null, maskSize: 5 });
});

test.each(POLICY_CASES)('$name: it is plain JSON', ({ saved, agent }) => {
  const description = describePolicy(saved, { agent });
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
});
