import tunedLarge from '../../configs/Snake-20x20-v0.json';
import tuned from '../../configs/Snake-v0.json';
import shader from '../../shaders/environments/snake.wesl';
import type { PpoConfig } from '../config/ppo-config';
import { defineEnvironment, type EnvironmentDefinition, type ObservationField } from './definition';
import { drawSnake } from './snake-drawing';
import { tunedDefaults } from './tuned-defaults';

/** Cells that the snake sees in each direction. */
const VIEW = 4;
const OFFSETS = Array.from({ length: 2 * VIEW + 1 }, (_, index) => index - VIEW);

const along = (offset: number, forwards: string, backwards: string): string =>
  offset < 0 ? `${-offset} ${backwards}` : `${offset} ${forwards}`;

const WINDOW: readonly ObservationField[] = OFFSETS.flatMap((ahead) =>
  OFFSETS.map((right) => ({
    name: `blocked ${along(ahead, 'ahead', 'behind')}, ${along(right, 'right', 'left')}`,
    low: 0,
    high: 1,
  })),
);

/** Distances in lengths of the board, the length in boards, the hunger in starvations. */
const AROUND: readonly ObservationField[] = [
  { name: 'food ahead', low: -1, high: 1 },
  { name: 'food to the right', low: -1, high: 1 },
  { name: 'tail ahead', low: -1, high: 1 },
  { name: 'tail to the right', low: -1, high: 1 },
  { name: 'room ahead', low: 0, high: 1 },
  { name: 'room to the right', low: 0, high: 1 },
  { name: 'length', low: 0, high: 1 },
  { name: 'hunger', low: 0, high: 1 },
];

/** @param size cells of the board in each direction */
function boardOf(id: string, size: number, defaults: Partial<PpoConfig>): EnvironmentDefinition {
  return defineEnvironment({
    id,
    source: 'the arcade game (Blockade, Gremlin 1976), with relative turns and starvation',
    observation: [...WINDOW, ...AROUND],
    action: { type: 'discrete', n: 3, names: ['turn left', 'straight on', 'turn right'] },
    maxEpisodeSteps: null,
    params: { SIZE: size, VIEW },
    shader,
    file: 'shaders/environments/snake.wesl',
    defaults,
    stepsPerSecond: 12,
    draw: drawSnake,
  });
}

/** Eat and grow on 10 × 10 cells; one point per food, and minus one for a death. */
export const snake = boardOf('Snake-v0', 10, tunedDefaults(tuned));

/** The same on 20 × 20 cells. */
export const largeSnake = boardOf('Snake-20x20-v0', 20, tunedDefaults(tunedLarge));
