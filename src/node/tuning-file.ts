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

type Choices = Record<string, Awaited<ReturnType<TuningMemory['get']>>>;

async function readChoices(path: string): Promise<Choices> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Choices;
  } catch {
    // No file yet, or none that can be read: everything is measured again.
    return {};
  }
}

export function tuningFile(path = usualPath()): TuningMemory {
  return {
    get: async (key) => (await readChoices(path))[key],
    set: async (key, form) => {
      const choices = { ...(await readChoices(path)), [key]: form };
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeWhole(path, Buffer.from(`${JSON.stringify(choices, null, 2)}\n`));
      } catch {
        // A folder that cannot be written costs time at the next start, nothing else.
      }
    },
  };
}
