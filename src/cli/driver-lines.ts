/**
 * What Dawn and the Vulkan drivers write to standard error, told apart from everything else there.
 */

/** Dawn says this of every lavapipe and RADV adapter, about limits that Lockstep never asks for. */
const KNOWN = /^Warning: maxDynamic(Uniform|Storage)BuffersPerPipelineLayout artificially reduced/;

/**
 * Lines that a process writes to standard error before it looks for adapters and once one is open.
 */
export const SEARCH_BEGINS = '\u0010lockstep looks for adapters';
export const SEARCH_ENDS = '\u0010lockstep has a device';

/** Sorts standard error line by line, in whatever pieces it arrives. */
export class DriverLines {
  private unfinished = '';
  private searching = false;
  /** What was said since the search began; drivers repeat themselves for every instance of Dawn. */
  private readonly held = new Set<string>();

  /** Takes the next piece and returns what is to be shown of it: whole lines. */
  take(piece: string): string {
    const lines = (this.unfinished + piece).split('\n');
    this.unfinished = lines.pop()!;
    return lines
      .filter((line) => this.isShown(line))
      .map((line) => `${line}\n`)
      .join('');
  }

  /**
   * What is to be shown at the end: the last line, and the drivers' words where no adapter was
   * found.
   */
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
