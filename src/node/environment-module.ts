/** Imports the module of an environment. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineHostEnvironment, type HostEnvironmentDefinition } from '../environments/define-host';
import {
  defineEnvironment,
  type EnvironmentDefinition,
  EnvironmentError,
} from '../environments/definition';

/**
 * The environment that a module describes; one on the host is stepped by this thread.
 * @throws EnvironmentError as `importEnvironment`.
 */
export async function importDescription(path: string): Promise<EnvironmentDefinition> {
  const module = await importModule(path);
  const found = module.default ?? module.environment;
  if (found === undefined) {
    const names = Object.keys(module).join(', ') || 'nothing';
    throw new EnvironmentError(
      `${path}: exports ${names}; it must export an environment, as default or as environment`,
    );
  }
  try {
    const described = found as EnvironmentDefinition | HostEnvironmentDefinition;
    if (typeof described === 'object' && described !== null && 'create' in described) {
      return defineHostEnvironment(described as HostEnvironmentDefinition);
    }
    return defineEnvironment(described as EnvironmentDefinition);
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
