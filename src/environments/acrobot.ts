import tuned from '../../configs/Acrobot-v1.json';
import shader from '../../shaders/environments/acrobot.wesl';
import { drawAcrobot } from './acrobot-drawing';
import { defineEnvironment } from './definition';
import { tunedDefaults } from './tuned-defaults';

const MAX_VELOCITIES = [4 * Math.PI, 9 * Math.PI] as const;

/** Swing the tip of two links above the bar; costs one point per step, at most 500. */
export const acrobot = defineEnvironment({
  id: 'Acrobot-v1',
  source: 'Sutton 1996; Sutton and Barto, Reinforcement Learning; Gymnasium classic control',
  observation: [
    { name: 'cos angle 1', low: -1, high: 1 },
    { name: 'sin angle 1', low: -1, high: 1 },
    { name: 'cos angle 2', low: -1, high: 1 },
    { name: 'sin angle 2', low: -1, high: 1 },
    { name: 'velocity 1', low: -MAX_VELOCITIES[0], high: MAX_VELOCITIES[0], unit: 'rad/s' },
    { name: 'velocity 2', low: -MAX_VELOCITIES[1], high: MAX_VELOCITIES[1], unit: 'rad/s' },
  ],
  action: { type: 'discrete', n: 3, names: ['torque -1 N m', 'no torque', 'torque +1 N m'] },
  maxEpisodeSteps: 500,
  rewardThreshold: -100,
  shader,
  file: 'shaders/environments/acrobot.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 15,
  draw: drawAcrobot,
});
