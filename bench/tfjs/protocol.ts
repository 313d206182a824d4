/** The contestants' side of the bench's protocol: commands in, JSON lines out. */
import type { Learner } from './learner';
import type { SolveGoal } from './workload';

export type Event = Readonly<Record<string, string | number>>;
export type Say = (event: Event) => void;

/** The mean return is that of this many episodes, or of all that ended in the last iteration. */
const EPISODES = 100;
/** s between two lines `progress`. */
const PROGRESS_EVERY = 1;

const seconds = (since: number): number => (performance.now() - since) / 1000;

async function runBlock(learner: Learner, atLeast: number, say: Say): Promise<void> {
  const start = performance.now();
  let steps = 0;
  while (seconds(start) < atLeast) {
    await learner.iterate();
    steps += learner.stepsPerIteration;
  }
  say({ event: 'block', steps, seconds: seconds(start) });
  learner.takeReturns();
}

/** Answers `run SECONDS` with blocks until `quit` or the end of the lines. */
export async function serve(
  name: string,
  learner: Learner,
  readLines: () => AsyncIterable<string>,
  say: Say,
): Promise<void> {
  for (let warmUp = 0; warmUp < 2; warmUp++) await learner.iterate();
  say({ event: 'ready', name, detail: learner.detail });
  // Not created earlier: an interface loses its lines until it is iterated.
  for await (const line of readLines()) {
    const [command, argument] = line.trim().split(/\s+/);
    if (command === 'quit') return;
    if (command !== 'run' || !(Number(argument) > 0)) {
      throw new Error(`"${line}": allowed are "run SECONDS" and "quit"`);
    }
    await runBlock(learner, Number(argument), say);
  }
}

/** Trains from scratch until the goal is reached or `limit` has passed since `start`. */
export async function solve(
  learner: Learner,
  { meanReturn, limit }: SolveGoal,
  start: number,
  say: Say,
): Promise<void> {
  let recent: readonly number[] = [];
  let steps = 0;
  let nextProgress = PROGRESS_EVERY;
  while (seconds(start) < limit) {
    await learner.iterate();
    steps += learner.stepsPerIteration;
    const fresh = learner.takeReturns();
    recent = [...recent, ...fresh].slice(-Math.max(EPISODES, fresh.length));
    const mean = recent.reduce((sum, each) => sum + each, 0) / recent.length;
    if (recent.length >= EPISODES && mean >= meanReturn) {
      say({ event: 'solved', steps, mean_return: mean });
      return;
    }
    if (seconds(start) > nextProgress && recent.length > 0) {
      nextProgress = seconds(start) + PROGRESS_EVERY;
      say({ event: 'progress', steps, mean_return: mean });
    }
  }
  const mean = recent.reduce((sum, each) => sum + each, 0) / Math.max(1, recent.length);
  say({ event: 'unsolved', steps, mean_return: mean });
}
