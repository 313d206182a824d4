import tuned from '../../configs/CartPole-v1.json';
import shader from '../../shaders/environments/cartpole.wesl';
import { drawCartpole } from './cartpole-drawing';
import { defineEnvironment } from './definition';
import { tunedDefaults } from './tuned-defaults';

/** Balance a pole on a cart; one point per step, at most 500. */
export const cartpole = defineEnvironment({
  id: 'CartPole-v1',
  source: 'Barto, Sutton and Anderson 1983; Gymnasium classic control',
  observation: [
    { name: 'position', low: -4.8, high: 4.8, unit: 'm' },
    { name: 'velocity', low: -Infinity, high: Infinity, unit: 'm/s' },
    { name: 'angle', low: -0.41887903, high: 0.41887903, unit: 'rad' },
    { name: 'angular velocity', low: -Infinity, high: Infinity, unit: 'rad/s' },
  ],
  action: { type: 'discrete', n: 2, names: ['push left', 'push right'] },
  maxEpisodeSteps: 500,
  rewardThreshold: 475,
  // m/s², kg, kg, m and N.
  params: { GRAVITY: 9.8, CART_MASS: 1, POLE_MASS: 0.1, HALF_LENGTH: 0.5, FORCE: 10 },
  shader,
  file: 'shaders/environments/cartpole.wesl',
  // Twelve of twelve seeds reach 500 (docs/log.md); small enough for a software adapter.
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 50,
  draw: drawCartpole,
});
