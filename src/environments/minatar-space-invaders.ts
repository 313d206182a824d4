import tuned from '../../configs/MinAtar-SpaceInvaders-v1.json';
import shader from '../../shaders/environments/minatar-space-invaders.wesl';
import { defineMinatarGame } from './minatar';
import { tunedDefaults } from './tuned-defaults';

/** Shoot aliens before they land, and evade their bullets; one point per alien. */
export const minatarSpaceInvaders = defineMinatarGame({
  id: 'MinAtar-SpaceInvaders-v1',
  maxEpisodeSteps: 1000,
  ramps: true,
  actions: ['stay', 'left', 'right', 'fire'],
  channels: {
    cannon: 'body',
    alien: 'ink',
    'alien on the way to the left': null,
    'alien on the way to the right': null,
    'friendly bullet': 'action',
    'enemy bullet': 'limb',
  },
  shader,
  file: 'shaders/environments/minatar-space-invaders.wesl',
  defaults: tunedDefaults(tuned),
});
