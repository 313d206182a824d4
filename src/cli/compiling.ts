/** Lines that tell a waiting user what takes so long before the first report. */

/** Milliseconds before the first line, and between two. */
const PATIENCE = 2000;
const INTERVAL = 10_000;

/**
 * Says after two seconds and then every ten that kernels compile, until the returned function is
 * called.
 * @param now in milliseconds
 */
export function noteCompilation(note: (text: string) => void, now: () => number): () => void {
  const begin = now();
  let timer = setTimeout(function say() {
    note(`compiling kernels, ${Math.round((now() - begin) / 1000)} s so far`);
    timer = setTimeout(say, INTERVAL);
  }, PATIENCE);
  return () => clearTimeout(timer);
}
