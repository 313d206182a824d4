/** Several loggers as one that never fails. */
import type { LogEntry, Logger } from './logger';

/**
 * Milliseconds between two flushes. Each costs a system call, and on a software adapter the host's
 * time is the device's.
 */
const FLUSH_INTERVAL = 1000;

/** A logger that is left out once it has failed. */
class Guarded {
  private failed = false;
  /** Entries were logged since the last flush began. */
  private unwritten = false;
  private flushing: Promise<void> | undefined;
  /** Begins the next flush. */
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly warn: (text: string) => void,
  ) {}

  log(entry: LogEntry): void {
    if (this.failed) return;
    try {
      this.logger.log(entry);
    } catch (error) {
      this.fail(error);
    }
    this.unwritten = true;
    this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL);
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing ??= this.flushAll().finally(() => {
      this.flushing = undefined;
    });
    await this.flushing;
  }

  async close(): Promise<void> {
    await this.flush();
    try {
      await this.logger.close();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Flushes until nothing is left that was logged meanwhile. */
  private async flushAll(): Promise<void> {
    while (this.unwritten && !this.failed) {
      this.unwritten = false;
      try {
        await this.logger.flush();
      } catch (error) {
        this.fail(error);
      }
    }
  }

  private fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.warn(`${this.logger.name}: ${reason}; training goes on without it`);
  }
}

/**
 * Hands every entry to all loggers and flushes them about once a second. A logger that throws or
 * rejects gets nothing more, and `warn` is called once for it; the others go on. The combined
 * logger itself never throws and never rejects.
 */
export function combineLoggers(loggers: readonly Logger[], warn: (text: string) => void): Logger {
  const all = loggers.map((logger) => new Guarded(logger, warn));
  return {
    name: loggers.map(({ name }) => name).join(', '),
    log: (entry) => {
      for (const logger of all) logger.log(entry);
    },
    flush: async () => {
      await Promise.all(all.map((logger) => logger.flush()));
    },
    close: async () => {
      await Promise.all(all.map((logger) => logger.close()));
    },
  };
}
