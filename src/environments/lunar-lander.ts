import tuned from '../../configs/LunarLander-v3.json';
import tunedContinuous from '../../configs/LunarLanderContinuous-v3.json';
import shader from '../../shaders/environments/lunar-lander.wesl';
import { defineEnvironment } from './definition';
import { drawLunarLander } from './lunar-lander-drawing';
import { tunedDefaults } from './tuned-defaults';

const COMMON = {
  source: 'Klimov 2016; Gymnasium Box2D; Catto, Box2D 2.3',
  // Gymnasium's bounds; what is faster or higher lies beyond them.
  observation: [
    { name: 'x', low: -1.5, high: 1.5, unit: '10 m' },
    { name: 'y', low: -Infinity, high: Infinity, unit: '6.67 m' },
    { name: 'x velocity', low: -Infinity, high: Infinity, unit: '5 m/s' },
    { name: 'y velocity', low: -Infinity, high: Infinity, unit: '7.5 m/s' },
    { name: 'angle', low: -Infinity, high: Infinity, unit: 'rad' },
    { name: 'angular velocity', low: -Infinity, high: Infinity, unit: '2.5 rad/s' },
    { name: 'left leg touches', low: 0, high: 1 },
    { name: 'right leg touches', low: 0, high: 1 },
  ],
  maxEpisodeSteps: 1000,
  rewardThreshold: 200,
  params: {
    /** m/s² */
    GRAVITY: -10,
    /** 1 for wind and turbulence. */
    ENABLE_WIND: 0,
    /** N */
    WIND_POWER: 15,
    /** N m */
    TURBULENCE_POWER: 1.5,
  },
  shader,
  file: 'shaders/environments/lunar-lander.wesl',
  stepsPerSecond: 50,
};

/** Land between two flags with little fuel; 100 points for a safe landing, -100 for a crash. */
export const lunarLander = defineEnvironment({
  ...COMMON,
  id: 'LunarLander-v3',
  action: {
    type: 'discrete',
    n: 4,
    names: ['nothing', 'left engine', 'main engine', 'right engine'],
  },
  defaults: tunedDefaults(tuned),
  draw: drawLunarLander,
});

/** The same with engines that can be throttled between half and full power. */
export const lunarLanderContinuous = defineEnvironment({
  ...COMMON,
  id: 'LunarLanderContinuous-v3',
  action: { type: 'box', low: [-1, -1], high: [1, 1] },
  defaults: tunedDefaults(tunedContinuous),
  draw: drawLunarLander,
});
