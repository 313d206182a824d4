/** Blocks this thread. */

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Returns after so many milliseconds, in which nothing else runs on the thread. */
export function sleepSync(milliseconds: number): void {
  Atomics.wait(neverNotified, 0, 0, milliseconds);
}
