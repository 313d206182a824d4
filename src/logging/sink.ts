/** Where the bytes of a log go: a file, a page's storage, memory. */

/** The end of something that grows, such as a file. */
export interface Sink {
  /** Adds all bytes, in the order of the calls; rejects where it cannot. */
  append(bytes: Uint8Array): Promise<void>;
  /** Frees what the sink holds. */
  close(): Promise<void>;
}

/** A sink in memory, e.g. for a page that offers a log as a download. */
export class MemorySink implements Sink {
  private readonly parts: Uint8Array[] = [];

  /** Keeps a copy. */
  async append(bytes: Uint8Array): Promise<void> {
    this.parts.push(bytes.slice());
  }

  async close(): Promise<void> {}

  /** All bytes so far. */
  bytes(): Uint8Array {
    return concatenate(this.parts);
  }
}

/** Bytes that wait to be written to a sink. */
export class PendingBytes {
  private waiting: Uint8Array[] = [];
  private written: Promise<void> = Promise.resolve();

  constructor(private readonly sink: Sink) {}

  add(bytes: Uint8Array): void {
    this.waiting.push(bytes);
  }

  /**
   * Appends all that waits, in one piece. After a failure it fails again and writes nothing more:
   * what lies behind half a record could not be read.
   */
  flush(): Promise<void> {
    this.written = this.written.then(async () => {
      const bytes = concatenate(this.waiting.splice(0));
      if (bytes.length > 0) await this.sink.append(bytes);
    });
    return this.written;
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.sink.close();
    }
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
