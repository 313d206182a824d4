/** Every episode of an evaluation: its return, its length, its seed. */
import { expect, test } from 'vitest';
import { smallTrainer } from './training';

const trainer = await smallTrainer({ numAgents: 2 });

test('the results are those that the summary sums up', async () => {
  const evaluation = await trainer.evaluate({ episodes: 7, seed: 5, perEpisode: true });
  expect(evaluation.results!.map((list) => list.map(({ index }) => index))).toEqual(
    Array(2).fill([0, 1, 2, 3, 4, 5, 6]),
  );
  for (const [agent, results] of evaluation.results!.entries()) {
    const { meanReturn, endedEpisodes } = evaluation.perAgent[agent]!;
    expect(endedEpisodes).toBe(7);
    const sum = results.reduce((total, result) => total + result.return, 0);
    expect(meanReturn).toBeCloseTo(sum / 7, 9);
    for (const { return: earned, length, ended, seed } of results) {
      // CartPole pays 1 for every step.
      expect([earned, ended, seed]).toEqual([length, true, 5]);
    }
  }
});

test('the same seed plays the same episodes, another one others', async () => {
  const play = (seed: number) => trainer.evaluate({ episodes: 6, seed, perEpisode: true });
  const [first, again, other] = [await play(3), await play(3), await play(4)];
  expect(again).toEqual(first);
  expect(other.results).not.toEqual(first.results);
});

test('play shows the episodes of the same seed', async () => {
  const { results } = await trainer.evaluate({ episodes: 3, seed: 9, perEpisode: true });
  const lengths = [0, 0, 0];
  for await (const { episode } of trainer.play({ episodes: 3, seed: 9 })) lengths[episode]! += 1;
  const shown = lengths.map((length, index) => length - results![0]![index]!.length);
  // The last state of an episode may be a step of its own.
  expect(new Set(shown).size).toBe(1);
});

test('an episode that is abandoned is listed, and not counted', async () => {
  const { results, endedEpisodes } = await trainer.evaluate({
    ...{ episodes: 5, maxSteps: 3, seed: 1, perEpisode: true },
  });
  expect(endedEpisodes).toBe(0);
  expect(results!.flat().every(({ ended }) => !ended)).toBe(true);
  expect(results!.flat().every(({ length }) => length > 0)).toBe(true);
});

test('a seed out of range is refused', async () => {
  await expect(trainer.evaluate({ seed: -1 })).rejects.toThrow(
    'seed is -1; it must be an integer from 0 to 4294967294',
  );
});
