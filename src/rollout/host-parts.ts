/** Loads what steps environments on the host when a run first needs it: most pages do not. */
import type { HostBatch, HostBatchOptions } from './host-batch';
import type { HostRollout } from './host-rollout';

/** What rollouts use of it. */
interface HostParts {
  readonly HostBatch: new (options: HostBatchOptions) => HostBatch;
  readonly HostRollout: new (...options: ConstructorParameters<typeof HostRollout>) => HostRollout;
}

let loaded: HostParts | undefined;

/** Must be called before `hostParts`. */
export async function loadHostParts(): Promise<void> {
  loaded = await import('./host-rollout');
}

/** @throws Error before `loadHostParts`. */
export function hostParts(): HostParts {
  if (!loaded) throw new Error('environments on the host are not loaded');
  return loaded;
}
