/** A person against the policy, with a trainer whose worlds only count. */
import { expect, test, vi } from 'vitest';
import { Duel, type Score } from '../../page/view/duel';
import type { LiveOptions, LiveStep, Trainer } from '../../src/index';

/** Its worlds add up actions, and end at 3; the policy takes 1. */
class CountingWorlds {
  readonly seeds: (number | undefined)[] = [];
  readonly ended = vi.fn();

  async *live({ steer, seed }: LiveOptions): AsyncGenerator<LiveStep> {
    this.seeds.push(seed);
    let sum = 0;
    try {
      for (;;) {
        const at = { state: { sum }, params: {}, observation: [sum], action: [1] };
        const [action] = (await steer!({ environment: 0, ...at })) ?? at.action;
        sum += action!;
        const terminated = sum >= 3;
        const step = { ...at, action: [action!], reward: action!, terminated, truncated: false };
        if (terminated) sum = 0;
        yield { environments: 1, at: () => step };
      }
    } finally {
      this.ended();
    }
  }
}

interface Begun {
  readonly worlds: CountingWorlds;
  readonly duel: Duel;
  readonly scores: (readonly [Score, Score])[];
  readonly steps: AsyncGenerator<LiveStep, void, undefined>;
  sums(): Promise<number[]>;
}

function begin(): Begun {
  const worlds = new CountingWorlds();
  const scores: (readonly [Score, Score])[] = [];
  const duel = new Duel((...both) => void scores.push(both));
  const steps = duel.steps(worlds as unknown as Trainer, undefined);
  const sums = async (): Promise<number[]> => {
    const { value } = await steps.next();
    return [0, 1].map((index) => value!.at(index).observation[0]!);
  };
  return { worlds, duel, scores, steps, sums };
}

test('the keys act in the first world, the policy in the second', async () => {
  const { worlds, duel, scores, steps, sums } = begin();
  expect(await sums()).toEqual([0, 0]);
  duel.hold([2], true);
  expect(await sums()).toEqual([2, 1]);
  expect(await sums()).toEqual([0, 2]);
  duel.hold([0], false);
  expect(await sums()).toEqual([0, 0]);
  expect(scores.at(-1)).toEqual([
    { now: 0, best: 4 },
    { now: 0, best: 3 },
  ]);
  await steps.return();
  expect(worlds.ended).toHaveBeenCalledTimes(2);
  expect(new Set(worlds.seeds).size).toBe(1);
});

test('time stands still without an action, and a short press counts once', async () => {
  const { duel, steps, sums } = begin();
  await sums();
  duel.hold(undefined, false);
  expect(duel.standsStill).toBe(true);
  duel.hold([1], true);
  duel.hold(undefined, false);
  expect(duel.standsStill).toBe(false);
  expect(await sums()).toEqual([1, 1]);
  expect(duel.standsStill).toBe(true);
  await steps.return();
});

test('it ends where a world fails, with its error', async () => {
  const { worlds, steps, sums } = begin();
  const { live } = worlds;
  let count = 0;
  worlds.live = function failing(options) {
    count += 1;
    if (count === 1) return live.call(this, options);
    const fails = { next: () => Promise.reject(new Error('no world')), return: async () => {} };
    return fails as unknown as AsyncGenerator<LiveStep>;
  };
  await expect(sums()).rejects.toThrow('no world');
  expect(worlds.ended).toHaveBeenCalledTimes(1);
  expect(await steps.next()).toEqual({ done: true, value: undefined });
});
