/** Tells a waiting user why the first report takes so long. */

/** Milliseconds before the first line, and between lines. */
const PATIENCE = 2000;
const INTERVAL = 10_000;

/**
 * Notes after two seconds, and then every ten, that kernels are being compiled, until the returned
 * function is called.
 * @param now the time in milliseconds
 */
export function noteCompilation(note: (text: string) => void, now: () => number): () => void {
  const begin = now();
  let timer = setTimeout(function say() {
    note(`compiling kernels, ${Math.round((now() - begin) / 1000)} s so far`);
    timer = setTimeout(say, INTERVAL);
  }, PATIENCE);
  return () => clearTimeout(timer);
}
