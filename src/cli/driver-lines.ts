/** Separates the messages of Dawn and the Vulkan drivers from everything else on standard error. */

/** Dawn warns of this for every lavapipe and RADV adapter; Lockstep never requests these limits. */
const KNOWN = /^Warning: maxDynamic(Uniform|Storage)BuffersPerPipelineLayout artificially reduced/;

/**
 * Lines that a process writes to standard error before it looks for adapters and after opening one.
 */
export const SEARCH_BEGINS = '\u0010lockstep looks for adapters';
export const SEARCH_ENDS = '\u0010lockstep has a device';

/** Filters standard error line by line, however it is split into pieces. */
export class DriverLines {
  private unfinished = '';
  private searching = false;
  /** Lines since the search began; drivers repeat them for every instance of Dawn. */
  private readonly held = new Set<string>();

  /** Takes the next piece and returns the whole lines to show. */
  take(piece: string): string {
    const lines = (this.unfinished + piece).split('\n');
    this.unfinished = lines.pop()!;
    return lines
      .filter((line) => this.isShown(line))
      .map((line) => `${line}\n`)
      .join('');
  }

  /** What to show at the end: the last line, and the drivers' messages if no adapter was found. */
  finish(): string {
    const last = this.unfinished === '' ? '' : this.take('\n');
    const said = [...this.held].join('\n  ');
    return said === '' ? last : `${last}The drivers said:\n  ${said}\n`;
  }

  private isShown(line: string): boolean {
    if (line === SEARCH_BEGINS || line === SEARCH_ENDS) {
      this.searching = line === SEARCH_BEGINS;
      this.held.clear();
      return false;
    }
    if (KNOWN.test(line)) return false;
    if (this.searching && line.trim() !== '') this.held.add(line);
    return !this.searching;
  }
}
