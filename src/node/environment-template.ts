/** The files that an environment of the user's own begins with. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from './file-error';
import { packageFile } from './package-file';

/** The files in the package, and their names after that of the environment. */
const FILES = [
  ['shaders/environments/template.wesl', '.wesl'],
  ['templates/my-world/my-world.mjs', '.mjs'],
  ['templates/my-world/my-world.test.mjs', '.test.mjs'],
] as const;

/** `my-world` as an id, `MyWorld-v0`. */
function idOf(name: string): string {
  const words = name.split('-').map((word) => word[0]!.toUpperCase() + word.slice(1));
  return `${words.join('')}-v0`;
}

/**
 * Writes module, description and test into a folder that does not exist yet.
 * @returns the paths
 * @throws Error that begins with the path.
 */
export async function writeTemplate(name: string): Promise<readonly string[]> {
  if (existsSync(name)) throw new Error(`${name} exists already; choose another name`);
  let made = false;
  try {
    await mkdir(name);
    made = true;
    return await Promise.all(
      FILES.map(async ([source, end]) => {
        const path = join(name, `${name}${end}`);
        const text = readFileSync(packageFile(source), 'utf8')
          .replaceAll(/Template-v0|MyWorld-v0/g, idOf(name))
          .replaceAll('my-world', name);
        await writeFile(path, text);
        return path;
      }),
    );
  } catch (error) {
    // Half a template would be in the way of the next try.
    if (made) await rm(name, { recursive: true, force: true });
    throw new Error(`${name}: cannot be written: ${reasonOf(error as Error)}`, { cause: error });
  }
}

/** The module in the folder of a name; undefined if there is none. */
export function moduleIn(name: string): string | undefined {
  const path = join(name, `${name.replace(/^.*[/\\](?=.)/, '').replace(/[/\\]$/, '')}.mjs`);
  return existsSync(path) ? path : undefined;
}
