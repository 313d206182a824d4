/** Waits for the screen. */

/** Milliseconds between two checks where the screen asks for no pictures. */
const HIDDEN = 500;

/** The time of the next picture of the screen, or of the next check while the page is hidden. */
export function nextFrame(): Promise<number> {
  return new Promise((resolve) => {
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve(performance.now());
    });
    const timer = setTimeout(() => {
      // While the page is hidden, callbacks would queue up.
      cancelAnimationFrame(frame);
      resolve(performance.now());
    }, HIDDEN);
  });
}
