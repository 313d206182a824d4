/** A child process that is spoken to in lines and answers in lines of JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How to start it. */
export interface Command {
  /** Program and arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Over this process's own variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Working directory; default this process's. */
  readonly folder?: string;
}

/** One line of JSON with the name of what happened. */
export interface ChildEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A child that ended, went silent or said something else; the message ends with its last words. */
export class ChildError extends Error {
  override readonly name = 'ChildError';

  /** @param child its name */
  constructor(
    readonly child: string,
    what: string,
  ) {
    super(`${child} ${what}`);
  }
}

/** Lines of standard error that an error repeats. */
const KEPT_ERROR_LINES = 12;

interface Listener {
  readonly resolve: (event: ChildEvent) => void;
  readonly reject: (error: ChildError) => void;
}

/** Every child that runs; none outlives this process. */
const running = new Set<ChildLines>();
process.once('exit', () => {
  for (const child of running) child.kill();
});

export class ChildLines {
  /** `performance.now()` just before the process was started. */
  readonly startedAt: number;
  private readonly child: ChildProcess;
  private readonly heard: ChildEvent[] = [];
  private readonly errorLines: string[] = [];
  private listener: Listener | undefined;
  private ending: string | undefined;
  private readonly ended: Promise<void>;

  constructor(
    readonly name: string,
    { argv, environment = {}, folder }: Command,
  ) {
    const [program, ...words] = argv;
    this.startedAt = performance.now();
    // A group of its own, so that what the child starts ends with it.
    this.child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...environment },
      cwd: folder ?? process.cwd(),
    });
    running.add(this);
    // Writing to a child that has ended is no failure of its own: the next event tells.
    this.child.stdin!.on('error', () => {});
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.hear(line));
    createInterface({ input: this.child.stderr! }).on('line', (line) => this.keep(line));
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(this.end(`cannot start: ${error.message}`)));
      this.child.once('close', (code, signal) => resolve(this.end(`ended (${signal ?? code})`)));
    });
  }

  /** Writes one line. */
  send(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /**
   * The next event of one of these names; others are passed over, and given to `onOther`.
   * @throws ChildError if the child exits first, or prints none of them for this many seconds.
   */
  async next(
    names: readonly string[],
    seconds: number,
    onOther: (event: ChildEvent) => void = () => {},
  ): Promise<ChildEvent> {
    const deadline = performance.now() + 1000 * seconds;
    for (;;) {
      const event = await this.take(deadline, seconds, names);
      if (names.includes(event.event)) return event;
      onOther(event);
    }
  }

  /** Waits until the process has exited, and kills it after this many seconds. */
  async close(seconds: number): Promise<void> {
    this.child.stdin!.end();
    const timer = setTimeout(() => this.kill(), 1000 * seconds);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the child and all that it has started, at once. */
  kill(): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }

  private take(deadline: number, seconds: number, names: readonly string[]): Promise<ChildEvent> {
    const known = this.heard.shift();
    if (known) return Promise.resolve(known);
    if (this.ending) return Promise.reject(this.error(this.ending));
    return new Promise((resolve, reject) => {
      const refuse = (): void => {
        this.listener = undefined;
        reject(this.error(`said nothing of ${names.join(', ')} within ${seconds} s`));
      };
      const timer = setTimeout(refuse, Math.max(0, deadline - performance.now()));
      const settle = <T>(call: (value: T) => void): ((value: T) => void) => {
        return (value) => {
          clearTimeout(timer);
          this.listener = undefined;
          call(value);
        };
      };
      this.listener = { resolve: settle(resolve), reject: settle(reject) };
    });
  }

  private hear(line: string): void {
    const event = parseEvent(line);
    if (!event) this.keep(line);
    else if (this.listener) this.listener.resolve(event);
    else this.heard.push(event);
  }

  private keep(line: string): void {
    this.errorLines.push(line);
    if (this.errorLines.length > KEPT_ERROR_LINES) this.errorLines.shift();
  }

  private end(how: string): void {
    running.delete(this);
    this.ending ??= how;
    this.listener?.reject(this.error(how));
  }

  private error(what: string): ChildError {
    const said = this.errorLines.join('\n').trim();
    return new ChildError(this.name, `${what}${said === '' ? '' : `; it said:\n${said}`}`);
  }
}

/** Libraries print lines of their own in between; those are no events. */
function parseEvent(line: string): ChildEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const event = (value as { event?: unknown }).event;
    return typeof event === 'string' ? (value as ChildEvent) : undefined;
  } catch {
    return undefined;
  }
}
