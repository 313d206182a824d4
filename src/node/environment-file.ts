/** Environments from users' modules. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  defineEnvironment,
  type EnvironmentDefinition,
  EnvironmentError,
} from '../environments/definition';

/**
 * Imports the environment of a module: its default export, or the export `environment`, made by
 * `defineEnvironment` or a plain description.
 * @param path of an ES module (.mjs, .js), from the current folder
 * @throws EnvironmentError if the module cannot be imported, exports no environment, or the
 * description has problems.
 */
export async function importEnvironment(path: string): Promise<EnvironmentDefinition> {
  const module = await importModule(path);
  const found = module.default ?? module.environment;
  if (found === undefined) {
    const names = Object.keys(module).join(', ') || 'nothing';
    throw new EnvironmentError(
      `${path}: exports ${names}; it must export an environment, as default or as environment`,
    );
  }
  try {
    return defineEnvironment(found as EnvironmentDefinition);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new EnvironmentError(`${path}: ${error.message}`, { cause: error });
  }
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new EnvironmentError(`${path}: cannot be imported: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
