import tuned from '../../configs/MountainCarContinuous-v0.json';
import shader from '../../shaders/environments/mountain-car-continuous.wesl';
import { defineEnvironment } from './definition';
import { drawMountainCarContinuous } from './mountain-car-drawing';
import { tunedDefaults } from './tuned-defaults';

/** Swing a weak car up a hill for 100 points with little effort, in at most 999 steps. */
export const mountainCarContinuous = defineEnvironment({
  id: 'MountainCarContinuous-v0',
  source: 'Moore 1990; Gymnasium classic control',
  observation: [
    { name: 'position', low: -1.2, high: 0.6 },
    { name: 'velocity', low: -0.07, high: 0.07, unit: '1/step' },
  ],
  action: { type: 'box', low: [-1], high: [1] },
  maxEpisodeSteps: 999,
  rewardThreshold: 90,
  shader,
  file: 'shaders/environments/mountain-car-continuous.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 30,
  draw: drawMountainCarContinuous,
});
