/** Wall-clock time from the start of a process to a solved task, ours and that of others. */
import type { Bench, BenchContext } from './support/bench';
import { ChildError } from './support/child-lines';
import type { Attempt } from './support/contestant';
import { OptionError, type Options } from './support/options';
import { opponents, ourParticipant, type Participant } from './support/participants';
import { type Measurement, measurement, type Outcome } from './support/results';
import { formatFigure } from './support/table';

interface Task {
  readonly environment: string;
  /** Mean return of at least the last 100 finished episodes of training. */
  readonly threshold: number;
}

const TASKS: readonly Task[] = [
  { environment: 'CartPole-v1', threshold: 475 },
  { environment: 'Pendulum-v1', threshold: -200 },
];
const METHOD =
  'Seconds from the start of the process until the mean return of at least the last 100 finished ' +
  'training episodes reaches the goal; each participant with its own settings for the shortest ' +
  'time, seeds in turns. Each first trains for a moment, so that caches of compiled shaders and ' +
  'kernels are warm.';

export function chosenTasks({ environment, quick }: Options): readonly Task[] {
  const names = TASKS.map((task) => task.environment);
  if (environment !== undefined && !names.includes(environment)) {
    throw new OptionError(`--environment ${environment}: must be one of ${names.join(', ')}`);
  }
  const wanted =
    environment === undefined ? TASKS : TASKS.filter((t) => t.environment === environment);
  return quick ? wanted.slice(0, 1) : wanted;
}

/** Attempts of one participant, by seed. */
type Attempts = Map<number, Attempt>;

/** All seeds of all participants; one that fails is excluded from then on, with the reason. */
async function attemptAll(
  { options, progress }: BenchContext,
  task: Task,
  participants: readonly Participant[],
): Promise<{ readonly attempts: ReadonlyMap<string, Attempts>; readonly notes: string[] }> {
  const attempts = new Map(participants.map(({ name }) => [name, new Map() as Attempts]));
  const notes: string[] = [];
  let left = [...participants];
  /** Calls an action of a participant, which is excluded from then on if it fails. */
  const engage = async (one: Participant, call: () => Promise<void>): Promise<void> => {
    try {
      if (one.absence !== undefined) {
        throw new ChildError(one.name, `is not available: ${one.absence}`);
      }
      await call();
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      left = left.filter((other) => other !== one);
      notes.push(`skipped: ${error.message.replaceAll(/\s*\n\s*/g, ' | ')}`);
      progress(notes.at(-1)!);
    }
  };
  for (const one of participants) {
    await engage(one, () => one.warmUp({ ...task, seed: 1, limit: options.limit }));
  }
  for (let seed = 1; seed <= options.seeds; seed++) {
    for (const one of seed % 2 === 1 ? [...left] : left.toReversed()) {
      await engage(one, async () => {
        const result = await one.attempt({ ...task, seed, limit: options.limit });
        attempts.get(one.name)!.set(seed, result);
        progress(`${task.environment}, seed ${seed}, ${one.name}: ${describe(result)}`);
      });
    }
  }
  return { attempts, notes };
}

function describe({ solved, seconds, steps, meanReturn }: Attempt): string {
  const how = `mean return ${formatFigure(meanReturn)}, ${steps.toLocaleString('en-US')} steps`;
  return `${solved ? 'solved' : 'not solved'} after ${seconds.toFixed(1)} s (${how})`;
}

/** Times of the solved attempts, with ratios to ours of the same seeds. */
function timesOf(task: Task, name: string, attempts: Attempts, ours: Attempts): Measurement[] {
  if (attempts.size === 0) return [];
  const place = { workload: goalOf(task), subject: name };
  const solved = [...attempts].filter(([, { solved }]) => solved);
  const count = measurement(place, 'solved', `of ${attempts.size} seeds`, [solved.length]);
  if (solved.length === 0) return [count];
  const shared = attempts === ours ? [] : solved.filter(([seed]) => ours.get(seed)?.solved);
  const ratios = shared.map(([seed, { seconds }]) => seconds / ours.get(seed)!.seconds);
  return [
    measurement(
      place,
      'time to solve',
      's',
      solved.map(([, { seconds }]) => seconds),
    ),
    measurement(
      place,
      'steps',
      'thousands',
      solved.map(([, { steps }]) => steps / 1000),
    ),
    ...(ratios.length === 0 ? [] : [measurement(place, 'time / lockstep', '×', ratios)]),
    count,
  ];
}

/** A sentence for every attempt that did not reach the goal. */
function failures(name: string, attempts: Attempts): string[] {
  return [...attempts].flatMap(([seed, result]) =>
    result.solved ? [] : [`${name}, seed ${seed}: ${describe(result)}`],
  );
}

const goalOf = ({ environment, threshold }: Task): string => `${environment} ≥ ${threshold}`;

async function solveTask(context: BenchContext, task: Task): Promise<Outcome> {
  const us = ourParticipant(context.options);
  const participants = [us, ...opponents(context.options)];
  const { attempts, notes } = await attemptAll(context, task, participants);
  const ours = attempts.get(us.name)!;
  return {
    title: `Solve: ${task.environment}, mean return of ${task.threshold}`,
    measurements: [...attempts].flatMap(([name, own]) => timesOf(task, name, own, ours)),
    notes: [METHOD, ...[...attempts].flatMap(([name, own]) => failures(name, own)), ...notes],
  };
}

export const benchSolve: Bench = async (context) => {
  const outcomes: Outcome[] = [];
  for (const task of chosenTasks(context.options)) outcomes.push(await solveTask(context, task));
  return outcomes;
};
