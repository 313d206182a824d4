import tuned from '../../configs/MinAtar-Seaquest-v1.json';
import shader from '../../shaders/environments/minatar-seaquest.wesl';
import { defineMinatarGame } from './minatar';
import { tunedDefaults } from './tuned-defaults';

/** Shoot fish and submarines, pick up divers and come up for air; one point per hit. */
export const minatarSeaquest = defineMinatarGame({
  id: 'MinAtar-Seaquest-v1',
  maxEpisodeSteps: 1000,
  ramps: true,
  actions: ['stay', 'left', 'up', 'right', 'down', 'fire'],
  channels: {
    'front of the submarine': 'body',
    'back of the submarine': 'joint',
    'friendly bullet': 'action',
    trail: 'muted',
    'enemy bullet': 'limb',
    fish: 'ink',
    'enemy submarine': 'limb',
    oxygen: 'joint',
    'divers on board': 'goal',
    diver: 'goal',
  },
  shader,
  file: 'shaders/environments/minatar-seaquest.wesl',
  defaults: tunedDefaults(tuned),
});
