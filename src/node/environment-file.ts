/** Environments from users' modules. */
import { resolve } from 'node:path';
import type { EnvironmentDefinition } from '../environments/definition';
import { checkEnvironmentModule } from '../environments/interface-check';
import { importDescription } from './environment-module';
import { usualShares } from './host-shares';

/**
 * Imports the environment of a module: its default export, or the export `environment`, made by
 * `defineEnvironment` or `defineHostEnvironment`, or a plain description. Worker threads step those
 * on the host.
 * @param path of an ES module (.mjs, .js), from the current folder
 * @param workers most threads per agent; default one less than the cores
 * @throws EnvironmentError if the module cannot be imported or exports no environment, if the
 * description has problems, or if the WESL module has a mistake that shows without a compiler.
 */
export async function importEnvironment(
  path: string,
  workers = usualShares(),
): Promise<EnvironmentDefinition> {
  const environment = await importDescription(path);
  if (!environment.host?.create) {
    checkEnvironmentModule(environment);
    return environment;
  }
  const { withWorkers } = await import('./worker-environment');
  return withWorkers(environment, resolve(path), workers);
}
