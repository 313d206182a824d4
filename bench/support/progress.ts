/** Lines that say what a bench is doing, with the time since it began. */
import { formatDuration } from '../../src/cli/numbers';

export function progressPrinter(bench: string): (text: string) => void {
  const begin = performance.now();
  return (text) => {
    const elapsed = formatDuration((performance.now() - begin) / 1000);
    console.log(`  [${elapsed.padStart(5)}] ${bench}: ${text}`);
  };
}
