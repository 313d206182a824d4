/** Imports the module of an environment. */
import { spawnSync } from 'node:child_process';
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
  const url = pathToFileURL(resolve(path)).href;
  try {
    return (await import(url)) as Record<string, unknown>;
  } catch (error) {
    const { name, message, stack = '' } = error as Error;
    const where = placeIn(stack, url) || (error instanceof SyntaxError ? syntaxPlace(path) : '');
    // A description that is refused; the class may be that of another copy of this library.
    const what = name === 'EnvironmentError' ? '' : 'cannot be imported: ';
    throw new EnvironmentError(`${path}${where}: ${what}${message}`, { cause: error });
  }
}

/** The line of a syntax error, `:3`, which Node tells only by its check of a file. */
function syntaxPlace(path: string): string {
  const file = resolve(path);
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  return placeIn(stderr, pathToFileURL(file).href) || placeIn(stderr, file);
}

/** Line and column of the first place in a module that a stack names, `:3:5`, or nothing. */
function placeIn(stack: string, url: string): string {
  const begin = stack.indexOf(url);
  if (begin === -1) return '';
  return /^:\d+(:\d+)?/.exec(stack.slice(begin + url.length))?.[0] ?? '';
}
