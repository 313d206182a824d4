/** Files of policies that other libraries trained. */
import { readFile } from 'node:fs/promises';
import type { EnvironmentDefinition } from '../environments/definition';
import { PolicyImportError } from '../export/foreign-file';
import { importPolicy } from '../export/import-policy';
import type { SavedPolicy } from '../trainer/saved-policy';
import { reasonOf } from './file-error';
import { PolicyFileError } from './policy-file';

/**
 * Reads a file for `importPolicy`.
 * @throws PolicyFileError naming the path.
 */
export async function importPolicyFile(
  path: string,
  environment: EnvironmentDefinition,
): Promise<SavedPolicy> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new PolicyFileError(`${path}: cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  try {
    return importPolicy(bytes, environment);
  } catch (error) {
    if (!(error instanceof PolicyImportError)) throw error;
    throw new PolicyFileError(`${path}: ${error.message}`, { cause: error });
  }
}
