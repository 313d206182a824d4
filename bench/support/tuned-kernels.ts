/** The kernels that a bench's trainer runs. */
import { tuningFile } from '../../src/node/tuning-file';
import type { TrainerOptions } from '../../src/trainer/trainer-options';
import { tunePlan } from '../../src/trainer/tuner';

/**
 * The options of a trainer; with `tune`, and where they do not say which variant of the kernels,
 * those of the fastest one, measured now or by an earlier run.
 */
export async function withTunedKernels(
  options: TrainerOptions,
  tune: boolean,
): Promise<TrainerOptions> {
  if (!tune || options.plan !== undefined) return options;
  const { plan } = await tunePlan({ ...options, memory: tuningFile() });
  return { ...options, plan };
}
