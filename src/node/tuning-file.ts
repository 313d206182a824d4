/** Choices of the tuner in a file of the user's cache folder. */
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TuningMemory } from '../trainer/tuner';
import { writeWhole } from './write-whole';

/** `$XDG_CACHE_HOME/lockstep/tuning.json`, by default under ~/.cache. */
function usualPath(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lockstep', 'tuning.json');
}

/** By key. No file yet, or one that cannot be read, is empty: everything is measured again. */
async function readChoices(path: string): Promise<Map<string, unknown>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')) as object));
  } catch {
    return new Map();
  }
}

/**
 * A memory for `tunePlan` in a file. A file that cannot be read counts as empty, and one that cannot be written
 * is left as it is: choices are then made again.
 * @param path of the file; by default `$XDG_CACHE_HOME/lockstep/tuning.json`, or under ~/.cache without that
 */
export function tuningFile(path = usualPath()): TuningMemory {
  return {
    get: async (key) => (await readChoices(path)).get(key),
    set: async (key, plan) => {
      const choices = Object.fromEntries((await readChoices(path)).set(key, plan));
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeWhole(path, Buffer.from(`${JSON.stringify(choices, null, 2)}\n`));
      } catch {
        // A folder that cannot be written costs time at the next start, nothing else.
      }
    },
  };
}
