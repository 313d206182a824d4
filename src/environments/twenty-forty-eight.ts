import tuned from '../../configs/2048-v0.json';
import shader from '../../shaders/environments/twenty-forty-eight.wesl';
import { defineEnvironment } from './definition';
import { tunedDefaults } from './tuned-defaults';
import { drawTwentyFortyEight } from './twenty-forty-eight-drawing';

const SIDE = 4;
/** Tiles that are told apart: 2 to 65,536, and larger ones like the last. */
const EXPONENTS = Array.from({ length: 16 }, (_, index) => index + 1);
const PLACES = Array.from(
  { length: SIDE * SIDE },
  (_, cell) => `row ${Math.floor(cell / SIDE) + 1}, column ${(cell % SIDE) + 1}`,
);

/** Merge equal tiles on 4 × 4 cells; the points of the game. */
export const twentyFortyEight = defineEnvironment({
  id: '2048-v0',
  source: 'Cirulli 2014, "2048"',
  observation: PLACES.flatMap((place) =>
    EXPONENTS.map((exponent) => ({ name: `${2 ** exponent} in ${place}`, low: 0, high: 1 })),
  ),
  action: { type: 'discrete', n: 4, names: ['up', 'right', 'down', 'left'] },
  actionMask: true,
  maxEpisodeSteps: null,
  shader,
  file: 'shaders/environments/twenty-forty-eight.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 8,
  draw: drawTwentyFortyEight,
});
