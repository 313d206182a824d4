import tuned from '../../configs/MinAtar-Breakout-v1.json';
import shader from '../../shaders/environments/minatar-breakout.wesl';
import { defineMinatarGame } from './minatar';
import { tunedDefaults } from './tuned-defaults';

/** Break bricks with a ball that a paddle returns; one point per brick, until the ball is lost. */
export const minatarBreakout = defineMinatarGame({
  id: 'MinAtar-Breakout-v1',
  maxEpisodeSteps: 1000,
  ramps: false,
  actions: ['stay', 'left', 'right'],
  channels: { paddle: 'body', ball: 'ink', trail: 'muted', brick: 'goal' },
  shader,
  file: 'shaders/environments/minatar-breakout.wesl',
  defaults: tunedDefaults(tuned),
});
