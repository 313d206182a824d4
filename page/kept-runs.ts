/** Runs that the browser keeps, so that they can go on after the page was closed. */
import { createStore, delMany, entries, keys, set } from 'idb-keyval';

export interface KeptRun {
  /** Id of the environment. */
  readonly environment: string;
  /** Iterations that are finished. */
  readonly iteration: number;
  /** When it was kept, in milliseconds since 1970. */
  readonly time: number;
  readonly checkpoint: Uint8Array;
}

/** Most runs; the oldest go. */
const MOST = 6;

const openStore = () => createStore('lockstep runs', 'checkpoints');

/** Keeps a run in place of what was kept of it before. @param begun when it began, as its name */
export async function keepRun(begun: number, run: KeptRun): Promise<void> {
  const store = openStore();
  await set(begun, run, store);
  const names = await keys<number>(store);
  const oldest = names.sort((a, b) => b - a).slice(MOST);
  if (oldest.length > 0) await delMany(oldest, store);
}

/** The newest first. */
export async function keptRuns(): Promise<readonly KeptRun[]> {
  const all = await entries<number, KeptRun>(openStore());
  return all.sort(([a], [b]) => b - a).map(([, run]) => run);
}
