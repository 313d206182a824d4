/** A task with all code that its rollouts need. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import { loadHostParts } from '../rollout/host-parts';
import { createTask, type Task } from '../rollout/task';

/** See `createTask`. */
export async function prepareTask(
  gpu: Gpu,
  environment: EnvironmentDefinition,
  options: Parameters<typeof createTask>[2],
): Promise<Task> {
  if (environment.host) await loadHostParts();
  return createTask(gpu, environment, options);
}
