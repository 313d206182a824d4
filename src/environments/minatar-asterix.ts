import tuned from '../../configs/MinAtar-Asterix-v1.json';
import shader from '../../shaders/environments/minatar-asterix.wesl';
import { defineMinatarGame } from './minatar';
import { tunedDefaults } from './tuned-defaults';

/** Pick up gold and evade enemies, faster and faster; one point per piece of gold. */
export const minatarAsterix = defineMinatarGame({
  id: 'MinAtar-Asterix-v1',
  maxEpisodeSteps: 1000,
  ramps: true,
  actions: ['stay', 'left', 'up', 'right', 'down'],
  channels: { player: 'body', enemy: 'ink', trail: 'muted', gold: 'goal' },
  shader,
  file: 'shaders/environments/minatar-asterix.wesl',
  defaults: tunedDefaults(tuned),
});
