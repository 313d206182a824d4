/** How the keys act in an environment. */
import { describe, expect, test } from 'vitest';
import { actionOf, keysText, movesOf } from '../../page/ui/keys';
import { ENVIRONMENTS, findEnvironment } from '../../src/index';

const playing = (id: string) => movesOf(id, findEnvironment(id).action)!;
const act = (id: string, ...held: string[]): readonly number[] | undefined =>
  actionOf(playing(id), new Set(held), findEnvironment(id).action.type === 'box');

test.each(ENVIRONMENTS.map((environment) => [environment.id, environment] as const))(
  'every action of %s has keys of its own',
  (id, { action }) => {
    const { moves, idle } = movesOf(id, action)!;
    const keys = moves.map((move) => keysText([...move.keys].sort()));
    expect(new Set(keys).size).toBe(keys.length);
    const count =
      action.type === 'discrete' ? action.n : 2 * (action.type === 'box' ? action.low.length : 0);
    expect(moves.length + Number(idle !== undefined && action.type === 'discrete')).toBe(count);
    for (const move of moves) {
      const found = actionOf({ moves, idle }, new Set(move.keys), action.type === 'box');
      expect(found).toEqual(move.action);
    }
  },
);

test('the arrows act as the names of the actions say', () => {
  expect(act('CartPole-v1', 'ArrowLeft')).toEqual([0]);
  expect(act('CartPole-v1', 'ArrowRight')).toEqual([1]);
  expect(act('Acrobot-v1', 'ArrowRight')).toEqual([2]);
  expect(act('2048-v0', 'ArrowUp')).toEqual([0]);
  expect(act('LunarLander-v3', 'ArrowUp')).toEqual([2]);
  expect(act('MinAtar-SpaceInvaders-v1', 'Space')).toEqual([3]);
  expect(act('ConnectFour-v0', 'Digit4')).toEqual([3]);
});

test('two keys together are the move that takes both', () => {
  expect(act('ZombieSurvival-v0', 'ArrowUp')).toEqual([3]);
  expect(act('ZombieSurvival-v0', 'ArrowUp', 'ArrowRight')).toEqual([2]);
});

test('numbers go to their bounds, several at once', () => {
  expect(act('Pendulum-v1', 'ArrowLeft')).toEqual([-2]);
  expect(act('Pendulum-v1', 'ArrowRight')).toEqual([2]);
  expect(act('LunarLanderContinuous-v3', 'ArrowUp', 'ArrowLeft')).toEqual([1, -1]);
});

describe('without a key', () => {
  test.each([
    ['CartPole-v1', undefined],
    ['ConnectFour-v0', undefined],
    ['MountainCar-v0', [1]],
    ['Snake-v0', [1]],
    ['LunarLander-v3', [0]],
    ['Pendulum-v1', [0]],
  ])('%s does %j', (id, action) => {
    expect(act(id)).toEqual(action);
  });
});

test('several choices at once are not played by keys', () => {
  expect(movesOf('Mine-v0', { type: 'multi-discrete', nvec: [2, 2] })).toBeUndefined();
  expect(movesOf('Mine-v0', { type: 'box', low: [0, 0, 0], high: [1, 1, 1] })).toBeUndefined();
});
