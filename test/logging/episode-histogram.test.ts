import { describe, expect, test } from 'vitest';
import { completeConfig } from '../../src/config/defaults';
import { cartpole } from '../../src/environments/cartpole';
import { episodeHistograms } from '../../src/logging/episode-histogram';
import { EPISODE_WORD, EPISODE_WORDS } from '../../src/rollout/episode';
import type { TrainerSnapshot } from '../../src/trainer/snapshot';
import { smallTrainer } from '../trainer/training';

const PLACE = { iteration: 4, timesteps: 4000 };

/** Two agents, three environments: [count, mean return, mean length] of each. */
function snapshotOf(episodes: readonly (readonly number[])[]): TrainerSnapshot {
  const data = new Float32Array(episodes.length * EPISODE_WORDS);
  for (const [place, [count, meanReturn, meanLength]] of episodes.entries()) {
    const first = place * EPISODE_WORDS;
    data.set([count!, meanReturn!], first + EPISODE_WORD.count);
    data[first + EPISODE_WORD.meanLength] = meanLength!;
  }
  const shape = [2, episodes.length / 2, EPISODE_WORDS];
  const counters = { iteration: 4, seconds: 0, evaluations: 0, recentEpisodes: [] };
  return { tensors: { episodes: { shape, data } }, counters, config: completeConfig() };
}

describe('the episodes of an iteration', () => {
  test('are the means of the environments in which one ended', () => {
    const snapshot = snapshotOf([
      [2, 20, 21],
      [0, 0, 0],
      [1, -4, 5],
      [0, 9, 9],
      [3, 1, 2],
      [0, 7, 7],
    ]);
    const returns = 'charts/episodic_return_histogram';
    const lengths = 'charts/episodic_length_histogram';
    expect(episodeHistograms(snapshot, PLACE)).toEqual([
      { type: 'histogram', name: returns, agent: 0, values: [20, -4], ...PLACE },
      { type: 'histogram', name: lengths, agent: 0, values: [21, 5], ...PLACE },
      { type: 'histogram', name: returns, agent: 1, values: [1], ...PLACE },
      { type: 'histogram', name: lengths, agent: 1, values: [2], ...PLACE },
    ]);
  });

  test('are left out for an agent without an ending', () => {
    expect(
      episodeHistograms(
        snapshotOf([
          [0, 1, 1],
          [0, 1, 1],
        ]),
        PLACE,
      ),
    ).toEqual([]);
  });

  test('of a real run have the means that its report has', async () => {
    const trainer = await smallTrainer({ numAgents: 2 }, cartpole);
    for await (const { iteration, timesteps, agents } of trainer) {
      if (agents.some(({ episodes }) => episodes.count === 0)) continue;
      const snapshot = await trainer.snapshot();
      const histograms = episodeHistograms(snapshot, { iteration, timesteps });
      const { data } = snapshot.tensors.episodes!;
      for (const [agent, { episodes }] of agents.entries()) {
        const [returns, lengths] = histograms.filter((each) => each.agent === agent);
        expect(lengths!.values).toEqual(returns!.values);
        const values = Array.from(returns!.values);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(episodes.minReturn);
        expect(Math.max(...values)).toBeLessThanOrEqual(episodes.maxReturn);
        // Weighted by the numbers of endings, they are the mean of the report.
        const environments = data.length / EPISODE_WORDS / agents.length;
        const counts = Array.from({ length: environments }, (_, n) => {
          const place = (agent * environments + n) * EPISODE_WORDS;
          return data[place + EPISODE_WORD.count]!;
        }).filter((count) => count > 0);
        const sum = values.reduce((total, value, index) => total + value * counts[index]!, 0);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(episodes.count);
        expect(sum / episodes.count).toBeCloseTo(episodes.meanReturn, 3);
      }
      trainer.destroy();
      return;
    }
    throw new Error('no iteration had endings');
  });
});
