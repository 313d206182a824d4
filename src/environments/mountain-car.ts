import tuned from '../../configs/MountainCar-v0.json';
import shader from '../../shaders/environments/mountain-car.wesl';
import { defineEnvironment } from './definition';
import { drawMountainCar } from './mountain-car-drawing';
import { tunedDefaults } from './tuned-defaults';

/** Swing a weak car up a hill; costs one point per step, at most 200. */
export const mountainCar = defineEnvironment({
  id: 'MountainCar-v0',
  source: 'Moore 1990; Gymnasium classic control',
  observation: [
    { name: 'position', low: -1.2, high: 0.6 },
    { name: 'velocity', low: -0.07, high: 0.07, unit: '1/step' },
  ],
  action: { type: 'discrete', n: 3, names: ['push left', 'no push', 'push right'] },
  maxEpisodeSteps: 200,
  rewardThreshold: -110,
  shader,
  file: 'shaders/environments/mountain-car.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 30,
  draw: drawMountainCar,
});
