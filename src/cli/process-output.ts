/**
 * A standard stream of this process, written synchronously; a failed write does not end the run.
 */
import { writeSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import { sleepSync } from '../node/sleep-sync';
import type { Output } from './terminal';

/** Milliseconds between two attempts if the reader is slow and the descriptor is non-blocking. */
const RETRY_PAUSE = 1;

/** Node's own streams report success if a disk becomes full in the middle of a text. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      sleepSync(RETRY_PAUSE);
    }
  }
}

export class ProcessOutput implements Output {
  private readonly terminal: WriteStream | undefined;
  private error: NodeJS.ErrnoException | undefined;

  /** @param descriptor an open one, which stays open */
  constructor(private readonly descriptor: number) {
    this.terminal = isatty(descriptor) ? new WriteStream(descriptor) : undefined;
    this.terminal?.on('error', (error) => {
      this.error ??= error;
    });
  }

  get isTTY(): boolean {
    return this.terminal !== undefined;
  }

  get columns(): number | undefined {
    return this.terminal?.columns;
  }

  get rows(): number | undefined {
    return this.terminal?.rows;
  }

  /** Colors are for terminals, unless the user wants none (https://no-color.org). */
  get color(): boolean {
    const { NO_COLOR, TERM } = process.env;
    return this.isTTY && !NO_COLOR && TERM !== 'dumb';
  }

  /** Writes the whole text; writes nothing after a failure. */
  write(text: string): void {
    if (this.error) return;
    if (this.terminal) {
      this.terminal.write(text);
      return;
    }
    try {
      writeAll(this.descriptor, Buffer.from(text));
    } catch (error) {
      this.error = error as NodeJS.ErrnoException;
    }
  }

  /** Resolves when everything that was written has arrived or failed. */
  flush(): Promise<void> {
    const { terminal } = this;
    if (!terminal || this.error) return Promise.resolve();
    return new Promise((resolve) => terminal.write('', () => resolve()));
  }

  /** The error by which output was lost; a reader or terminal that went away is none. */
  get failure(): Error | undefined {
    const { code } = this.error ?? {};
    const left = code === 'EPIPE' || code === 'ECONNRESET' || (code === 'EIO' && this.isTTY);
    return left ? undefined : this.error;
  }
}
