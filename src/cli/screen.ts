/** Pictures in a terminal, each in the place of the one before. */
import type { Output } from './terminal';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_TO_END_OF_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export interface ScreenSize {
  /** Characters in a line. */
  readonly columns: number;
  readonly rows: number;
}

export class Screen {
  private height = 0;
  private open = false;

  constructor(private readonly stream: Output) {}

  /** What fits without the last column, which makes some terminals wrap, and the cursor's line. */
  get size(): ScreenSize {
    const { columns, rows } = this.stream;
    return { columns: (columns || DEFAULT_COLUMNS) - 1, rows: (rows || DEFAULT_ROWS) - 1 };
  }

  /** Replaces the lines that were shown last; lines beyond the terminal's height are left out. */
  show(lines: readonly string[]): void {
    const shown = lines.slice(0, this.size.rows);
    const back = this.height > 0 ? `\x1b[${this.height}A\r` : '';
    const text = shown.map((line) => `${line}${CLEAR_TO_END_OF_LINE}\n`).join('');
    this.stream.write(`${this.open ? '' : HIDE_CURSOR}${back}${text}${CLEAR_BELOW}`);
    this.open = true;
    this.height = shown.length;
  }

  /** Leaves what is shown and gives the cursor back; `show` then begins below. */
  end(): void {
    if (this.open) this.stream.write(SHOW_CURSOR);
    this.open = false;
    this.height = 0;
  }
}
