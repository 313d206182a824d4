import tuned from '../../configs/Pendulum-v1.json';
import shader from '../../shaders/environments/pendulum.wesl';
import { defineEnvironment } from './definition';
import { drawPendulum } from './pendulum-drawing';
import { tunedDefaults } from './tuned-defaults';

/** Swing a rod up and hold it there for 200 steps; costs up to 16.3 points per step. */
export const pendulum = defineEnvironment({
  id: 'Pendulum-v1',
  source: 'Gymnasium classic control',
  observation: [
    { name: 'cos angle', low: -1, high: 1 },
    { name: 'sin angle', low: -1, high: 1 },
    { name: 'angular velocity', low: -8, high: 8, unit: 'rad/s' },
  ],
  action: { type: 'box', low: [-2], high: [2] },
  maxEpisodeSteps: 200,
  shader,
  file: 'shaders/environments/pendulum.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 30,
  draw: drawPendulum,
});
