/** Tries out environments; loads what does it when it is needed, since most pages only train. */
import type { CheckOptions, EnvironmentCheck } from './environment-check';

/**
 * Tries out an environment with a policy that prefers no action: whether what it shows is finite
 * and within its bounds, its episodes end where they must, and a seed determines everything; the
 * returns of that policy, and the speed.
 * @throws as `createTrainer`; GpuError for a function that loops without end, HostWorldError.
 */
export async function checkEnvironment(options: CheckOptions): Promise<EnvironmentCheck> {
  const { tryEnvironment } = await import('./environment-trial');
  return tryEnvironment(options);
}
