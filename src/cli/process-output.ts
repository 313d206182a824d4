/** A standard stream of this process, written at once; what cannot be written ends no run. */
import { writeSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import type { Output } from './terminal';

/** Milliseconds between two attempts where a reader is slow and the descriptor does not block. */
const RETRY_PAUSE = 1;

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Node's own streams take a part of the text for the whole where a disk becomes full within it. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(neverNotified, 0, 0, RETRY_PAUSE);
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

  /** Writes all of the text; nothing after a write that failed. */
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

  /** Why text was lost that somebody still waits for; a reader or a terminal may well go away. */
  get failure(): Error | undefined {
    const { code } = this.error ?? {};
    const left = code === 'EPIPE' || code === 'ECONNRESET' || (code === 'EIO' && this.isTTY);
    return left ? undefined : this.error;
  }
}
