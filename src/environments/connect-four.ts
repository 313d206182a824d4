import tuned from '../../configs/ConnectFour-v0.json';
import shader from '../../shaders/environments/connect-four.wesl';
import { drawConnectFour } from './connect-four-drawing';
import { defineEnvironment } from './definition';
import { tunedDefaults } from './tuned-defaults';

const COLUMNS = [1, 2, 3, 4, 5, 6, 7];
const ROWS = [1, 2, 3, 4, 5, 6];
const PLACES = COLUMNS.flatMap((column) => ROWS.map((row) => `column ${column}, row ${row}`));

/** Four stones in a row, on 7 columns of 6; two players. Games begin with some random stones. */
export const connectFour = defineEnvironment({
  id: 'ConnectFour-v0',
  source: 'Hasbro, "Connect 4" (Wexler and Strongin 1974)',
  observation: ['own', 'other'].flatMap((owner) =>
    PLACES.map((place) => ({ name: `${owner} stone in ${place}`, low: 0, high: 1 })),
  ),
  observationFormat: 'bits',
  action: { type: 'discrete', n: 7, names: COLUMNS.map((column) => `column ${column}`) },
  actionMask: true,
  players: 2,
  maxEpisodeSteps: null,
  params: { RANDOM_PLIES: 12 },
  shader,
  file: 'shaders/environments/connect-four.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 1,
  draw: drawConnectFour,
});
