/** Files that grow: the sinks of a run's loggers in Node. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sink } from '../logging/sink';
import { reasonOf } from './file-error';

/** A log file that cannot be written; names the path and the system's reason. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

class FileSink implements Sink {
  private handle: FileHandle | undefined;

  constructor(private readonly path: string) {}

  async append(bytes: Uint8Array): Promise<void> {
    await this.about(async () => {
      this.handle ??= await this.open();
      await this.handle.appendFile(bytes);
    });
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await this.about(async () => handle?.close());
  }

  /** Calls `action`; what it rejects with becomes a LogFileError. */
  private async about(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw new LogFileError(`${this.path} cannot be written: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  private async open(): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true });
    return open(this.path, 'a');
  }
}

/**
 * Appends to a file, which is made with its folders when something is first written. `append`
 * and `close` reject with a LogFileError.
 */
export function fileSink(path: string): Sink {
  return new FileSink(path);
}
