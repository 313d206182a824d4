/** Stores the tuner's choices in a file in the user's cache folder. */
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TuningMemory } from '../trainer/tuner';
import { writeWhole } from './write-whole';

/** `$XDG_CACHE_HOME/lockstep/tuning.json`, by default under ~/.cache. */
function usualPath(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lockstep', 'tuning.json');
}

/**
 * The choices by key; empty if the file is missing or cannot be read, so that all is measured
 * again.
 */
async function readChoices(path: string): Promise<Map<string, unknown>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')) as object));
  } catch {
    return new Map();
  }
}

/**
 * A memory for `tunePlan` in a file. An unreadable file counts as empty, and an unwritable one is
 * left unchanged; measurements are then repeated.
 * @param path of the file; by default `lockstep/tuning.json` in `$XDG_CACHE_HOME` or ~/.cache
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
        // If the folder cannot be written, the only cost is time at the next start.
      }
    },
  };
}
