import tuned from '../../configs/MinAtar-Freeway-v1.json';
import shader from '../../shaders/environments/minatar-freeway.wesl';
import { defineMinatarGame } from './minatar';
import { tunedDefaults } from './tuned-defaults';

/** Lead a chicken across eight lanes of cars; one point per crossing, for 2,501 steps. */
export const minatarFreeway = defineMinatarGame({
  id: 'MinAtar-Freeway-v1',
  // The game itself ends there.
  maxEpisodeSteps: 2501,
  ramps: false,
  actions: ['stay', 'up', 'down'],
  channels: {
    chicken: 'body',
    car: 'ink',
    'trail of speed 1': 'muted',
    'trail of speed 2': 'muted',
    'trail of speed 3': 'muted',
    'trail of speed 4': 'muted',
    'trail of speed 5': 'muted',
  },
  shader,
  file: 'shaders/environments/minatar-freeway.wesl',
  defaults: tunedDefaults(tuned),
});
