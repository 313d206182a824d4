import { createHandTunedLearner, type Platform } from './hand-tuned/learner';
import { createIdiomaticLearner } from './idiomatic/learner';
import type { Learner } from './learner';
import { seedMathRandom } from './random';
import type { Settings } from './workload';

export async function createLearner(
  platform: Platform,
  { form, backend, threads, workload }: Settings,
): Promise<Learner> {
  seedMathRandom(workload.seed);
  if (form === 'hand-tuned') return createHandTunedLearner(platform, backend, threads, workload);
  const detail = await platform.openBackend(backend);
  return createIdiomaticLearner(workload, `${detail}, 1 thread`);
}
