import tuned from '../../configs/ZombieSurvival-v0.json';
import shader from '../../shaders/environments/zombie-survival.wesl';
import { defineEnvironment, type ObservationField } from './definition';
import { tunedDefaults } from './tuned-defaults';
import { drawZombieSurvival } from './zombie-survival-drawing';

/** Zombies that are seen, the nearest ones. */
const SEEN = 7;
/** A unit is half a side of the arena. */
const PLACE: readonly ObservationField[] = [
  { name: 'place x', low: -1, high: 1, unit: '15 m' },
  { name: 'place y', low: -1, high: 1, unit: '15 m' },
];
const WAYS: readonly ObservationField[] = Array.from({ length: SEEN }, (_, rank) =>
  ['x', 'y'].map((axis) => ({
    name: `way ${axis} to zombie ${rank + 1}`,
    low: -1,
    high: 1,
    unit: '30 m',
  })),
).flat();

/** Outrun zombies, of which more and more come; one point per step, at most 1,000. */
export const zombieSurvival = defineEnvironment({
  id: 'ZombieSurvival-v0',
  source: 'rules of our own, after the toy world of introductions to PPO',
  observation: [...PLACE, ...WAYS],
  action: {
    type: 'discrete',
    n: 9,
    names: [
      ...['stay', 'right', 'up and right', 'up', 'up and left'],
      ...['left', 'down and left', 'down', 'down and right'],
    ],
  },
  maxEpisodeSteps: 1000,
  shader,
  file: 'shaders/environments/zombie-survival.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 20,
  draw: drawZombieSurvival,
});
