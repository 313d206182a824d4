/** Environments from users' modules. */
import { resolve } from 'node:path';
import type { EnvironmentDefinition } from '../environments/definition';
import { importDescription } from './environment-module';
import { usualShares } from './host-shares';

/**
 * Imports the environment of a module: its default export, or the export `environment`, made by
 * `defineEnvironment` or `defineHostEnvironment`, or a plain description. Worker threads step those
 * on the host.
 * @param path of an ES module (.mjs, .js), from the current folder
 * @param workers most threads per agent; default one less than the cores
 * @throws EnvironmentError if the module cannot be imported, exports no environment, or the
 * description has problems.
 */
export async function importEnvironment(
  path: string,
  workers = usualShares(),
): Promise<EnvironmentDefinition> {
  const environment = await importDescription(path);
  if (!environment.host?.create) return environment;
  const { withWorkers } = await import('./worker-environment');
  return withWorkers(environment, resolve(path), workers);
}
