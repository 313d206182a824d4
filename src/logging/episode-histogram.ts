/** The episodes of the last iteration as histograms, from a snapshot that was taken anyway. */
import { EPISODE_WORD, EPISODE_WORDS } from '../rollout/episode';
import type { TrainerSnapshot } from '../trainer/snapshot';
import type { HistogramEntry, LogPlace } from './logger';

/** The quantities, by the words of an Episode that hold their means. */
const QUANTITIES = {
  'charts/episodic_return_histogram': EPISODE_WORD.meanReturn,
  'charts/episodic_length_histogram': EPISODE_WORD.meanLength,
} as const;

/**
 * For each agent, the mean return and the mean length of the episodes that ended in each of its
 * environments within the iteration after which the snapshot was taken, as a histogram each over
 * the environments in which one ended; none for an agent without an ending.
 */
export function episodeHistograms(snapshot: TrainerSnapshot, place: LogPlace): HistogramEntry[] {
  const { shape, data } = snapshot.tensors.episodes!;
  const [agents, environments] = shape as readonly [number, number, number];
  const words = data as Float32Array;
  return Array.from({ length: agents }).flatMap((_, agent) => {
    const first = agent * environments;
    const places = Array.from({ length: environments }, (_, n) => (first + n) * EPISODE_WORDS);
    const ended = places.filter((at) => words[at + EPISODE_WORD.count]! > 0);
    if (ended.length === 0) return [];
    return Object.entries(QUANTITIES).map(([name, word]): HistogramEntry => {
      const values = ended.map((at) => words[at + word]!);
      const { iteration, timesteps } = place;
      return { type: 'histogram', name, agent, values, iteration, timesteps };
    });
  });
}
