/** Finds files of this package, wherever its code runs from: dist, or src in tests. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The path of a file by its place in the package.
 * @throws Error if there is none.
 */
export function packageFile(place: string): string {
  for (const root of ['../', '../../']) {
    const path = fileURLToPath(new URL(root + place, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new Error(`${place} is missing from the package lockstep-ppo`);
}
