// The game as an environment: N games that step together.
import { defineHostEnvironment } from 'lockstep-ppo';
import { FruitGame } from './game.mjs';

/** Random numbers from a seed (mulberry32), so that a seed determines an episode. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the policy observes, about 0 to 1 each. */
const observe = ({ basket, fruit, speed, lives }) => [
  basket / FruitGame.width,
  fruit.x / FruitGame.width,
  fruit.y / FruitGame.height,
  speed,
  lives / FruitGame.lives,
];

function createGames({ numEnvs }) {
  const games = Array.from({ length: numEnvs }, () => new FruitGame());
  const observations = () => games.flatMap(observe);
  return {
    reset(environments, seeds) {
      for (const [index, n] of environments.entries()) {
        games[n] = new FruitGame(randomNumbers(seeds[index]));
      }
      return { observations: observations() };
    },
    step(actions) {
      const rewards = games.map((game, n) => {
        const before = game.caught;
        game.update(actions[n] - 1);
        return game.caught - before;
      });
      return { observations: observations(), rewards, terminated: games.map(({ over }) => over) };
    },
  };
}

export const environment = defineHostEnvironment({
  id: 'Fruit-v0',
  source: 'game.mjs beside this file',
  observation: [
    { name: 'basket', low: 0, high: 1 },
    { name: 'fruit x', low: 0, high: 1 },
    { name: 'fruit y', low: 0, high: 1 },
    { name: 'speed', low: 0.5, high: 1 },
    { name: 'lives', low: 0, high: 1 },
  ],
  action: { type: 'discrete', n: 3, names: ['left', 'stay', 'right'] },
  maxEpisodeSteps: 200,
  create: createGames,
  defaults: {
    numEnvs: 64,
    numSteps: 64,
    totalTimesteps: 200_000,
    learningRate: 3e-3,
    hiddenSizes: [32, 32],
  },
});
