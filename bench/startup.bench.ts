/** Time from the start of a process to its first update, with a cold and a warm shader cache. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './support/bench';
import { ChildLines, type Command } from './support/child-lines';
import { lockstepCommand } from './support/participants';
import { type MeasurementPlace, measurement } from './support/results';

const ENVS = 256;
const STEPS = 32;
const PATIENCE_SECONDS = 240;
export const STARTUP_TITLE = `Startup: CartPole-v1, ${ENVS} environments × ${STEPS} steps`;
const NOTES = [
  'Seconds from the start of the process until the report of the first iteration arrives, by the ' +
    "parent's clock. Cold: the driver's cache of compiled shaders is an empty folder; warm: the " +
    'same folder again.',
];

/** Seconds to the first update of a process whose driver caches shaders in the folder `cache`. */
export async function timeStart(command: Command, cache: string): Promise<number> {
  const caches = { MESA_SHADER_CACHE_DIR: cache, __GL_SHADER_DISK_CACHE_PATH: cache };
  const environment = { ...command.environment, ...caches };
  const child = new ChildLines('lockstep', { ...command, environment });
  try {
    await child.next(['first_update'], PATIENCE_SECONDS);
    return (performance.now() - child.startedAt) / 1000;
  } finally {
    // The driver writes its cache before the process exits by itself.
    child.send('quit');
    await child.close(PATIENCE_SECONDS);
  }
}

/** Calls `call` with an empty folder for a driver's cache and removes it afterwards. */
export async function withEmptyCache<T>(call: (cache: string) => Promise<T>): Promise<T> {
  const cache = mkdtempSync(join(tmpdir(), 'lockstep-shader-cache-'));
  try {
    return await call(cache);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

export const benchStartup: Bench = async ({ options, progress }) => {
  const { argv, environment } = lockstepCommand(options);
  const command: Command = {
    argv: [...argv, '--envs', String(ENVS), '--steps', String(STEPS)],
    environment,
  };
  const times = { cold: [] as number[], warm: [] as number[] };
  for (let repeat = 0; repeat < (options.repeats ?? (options.quick ? 1 : 5)); repeat++) {
    await withEmptyCache(async (cache) => {
      for (const kind of ['cold', 'warm'] as const) {
        times[kind].push(await timeStart(command, cache));
        progress(`${kind}: ${times[kind].at(-1)!.toFixed(2)} s`);
      }
    });
  }
  const place: MeasurementPlace = { workload: 'process to first update', subject: 'lockstep' };
  const measurements = Object.entries(times).map(([kind, samples]) =>
    measurement(place, `${kind} cache`, 's', samples),
  );
  return [{ title: STARTUP_TITLE, measurements, notes: NOTES }];
};
