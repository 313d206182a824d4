/**
 * Who takes part in a comparison. A contestant trains in blocks of whole iterations and sleeps
 * between them; most are child processes that speak the protocol of bench/README.md.
 */
import { ChildError, type ChildEvent, ChildLines, type Command } from './child-lines';

/** Environment steps of whole iterations, and the seconds that they took. */
export interface Block {
  readonly steps: number;
  readonly seconds: number;
}

export interface Contestant {
  readonly name: string;
  /** Backend, versions, threads, in its own words. */
  readonly detail: string;
  /** Trains for at least this many seconds. */
  run(seconds: number): Promise<Block>;
  quit(): Promise<void>;
}

const QUIT_SECONDS = 5;

/** A block may overrun by one iteration, which takes seconds for slow contestants. */
const blockPatience = (seconds: number): number => 60 + 10 * seconds;

/** Child processes that speak the protocol. */
class ProcessContestant implements Contestant {
  constructor(
    private readonly child: ChildLines,
    readonly detail: string,
  ) {}

  get name(): string {
    return this.child.name;
  }

  async run(seconds: number): Promise<Block> {
    this.child.send(`run ${seconds}`);
    const event = await this.child.next(['block'], blockPatience(seconds));
    return {
      steps: numberOf(event, 'steps', this.name),
      seconds: numberOf(event, 'seconds', this.name),
    };
  }

  async quit(): Promise<void> {
    this.child.send('quit');
    await this.child.close(QUIT_SECONDS);
  }
}

/**
 * Starts a contestant and waits until it has warmed up, for at most this many seconds.
 * @throws ChildError if it fails to, after killing it.
 */
export async function startContestant(
  name: string,
  command: Command,
  patience: number,
): Promise<Contestant> {
  const child = new ChildLines(name, command);
  try {
    const ready = await child.next(['ready'], patience);
    return new ProcessContestant(child, String(ready.detail ?? ''));
  } catch (error) {
    child.kill();
    throw error;
  }
}

/** One attempt to reach a mean return. */
export interface Attempt {
  readonly solved: boolean;
  /** Wall-clock seconds from the start of the process. */
  readonly seconds: number;
  readonly steps: number;
  /** Mean return of at least the last 100 finished episodes; NaN if none has ended. */
  readonly meanReturn: number;
}

/**
 * Starts a process that trains from scratch until it has solved its task, or gives up at its own
 * limit; it has `patience` seconds for both.
 * @throws ChildError if it reports neither.
 */
export async function attempt(
  name: string,
  command: Command,
  patience: number,
  onProgress: (steps: number, meanReturn: number) => void = () => {},
): Promise<Attempt> {
  const child = new ChildLines(name, command);
  try {
    const end = await child.next(['solved', 'unsolved'], patience, (event) => {
      if (event.event === 'progress') onProgress(Number(event.steps), meanReturnOf(event));
    });
    const seconds = (performance.now() - child.startedAt) / 1000;
    return {
      solved: end.event === 'solved',
      seconds,
      steps: numberOf(end, 'steps', name),
      meanReturn: meanReturnOf(end),
    };
  } finally {
    child.kill();
  }
}

/** JSON has no NaN; a missing value means NaN. */
function meanReturnOf(event: ChildEvent): number {
  return typeof event.mean_return === 'number' ? event.mean_return : Number.NaN;
}

function numberOf(event: ChildEvent, field: string, name: string): number {
  const value = event[field];
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new ChildError(
    name,
    `says that ${field} is ${JSON.stringify(value)} (event "${event.event}"); ` +
      'it must be a number of at least 0',
  );
}
