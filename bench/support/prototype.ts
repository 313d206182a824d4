/**
 * The prototype as a participant: a script that trains once and prints its steady rate, so each
 * turn is a process of its own. Its folder comes from outside this repository.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ChildError } from './child-lines';
import type { Attempt, Block, Contestant } from './contestant';
import type { Participant, SolveTask, Workload } from './participants';

const execute = promisify(execFile);
const NAME = 'prototype';
/** The faster kernels of its own notes. */
const KERNELS = { S: '4', TJ: '2', RS: '8' } as const;
/** A rate at which it solves nothing within a turn, which would end the run. */
const THROUGHPUT_RATE = '0.001';
/** The first iterations of a run that its steady rate leaves out. */
const UNSTEADY_ITERATIONS = 2;
const WARM_UP_ITERATIONS = 12;
/** Its best settings for CartPole-v1, by its own notes: environments, steps, learning rate. */
const SOLVE_ENVS = 256;
const SOLVE_STEPS = 32;
const SOLVE_RATE = '0.005';
const SOLVE_ITERATIONS = 400;
const PATIENCE_SECONDS = 600;

/** The last line of a run. */
export interface PrototypeResult {
  readonly solved: boolean;
  /** Environment steps of the whole run. */
  readonly steps: number;
  /** Environment steps per second after the first iterations. */
  readonly rate: number;
  readonly meanReturn: number;
}

/** @throws ChildError if the line is missing. */
export function parsePrototype(output: string): PrototypeResult {
  const line =
    /(SOLVED|not solved) after \d+ iters, (\d+) steps, .* ([\d.]+)k env steps\/s steady, .* last mean ([\d.]+|NaN)/;
  const match = line.exec(output);
  if (!match) throw new ChildError(NAME, `did not say how it went; it said:\n${output.trim()}`);
  const [, verdict, steps, rate, mean] = match;
  return {
    solved: verdict === 'SOLVED',
    steps: Number(steps),
    rate: 1000 * Number(rate),
    meanReturn: Number(mean),
  };
}

interface Run {
  readonly script: string;
  readonly envs: number;
  readonly steps: number;
  readonly seed: number;
  readonly learningRate: string;
  readonly iterations: number;
  /** Seconds. */
  readonly limit?: number;
}

async function run(options: Run): Promise<PrototypeResult & { readonly seconds: number }> {
  const { script, envs, steps, seed, iterations, limit = PATIENCE_SECONDS } = options;
  const begin = performance.now();
  const env = { ...process.env, ...KERNELS, LR: options.learningRate, MAXIT: String(iterations) };
  const words = [script, envs, steps, seed].map(String);
  try {
    const { stdout } = await execute(process.execPath, words, { env, timeout: 1000 * limit });
    const seconds = (performance.now() - begin) / 1000;
    return { ...parsePrototype(stdout), seconds };
  } catch (error) {
    if (error instanceof ChildError) throw error;
    throw new ChildError(NAME, `failed: ${(error as Error).message}`);
  }
}

/** Iterations that take about this many seconds at a rate in steps per second. */
function iterationsFor(seconds: number, rate: number, batch: number): number {
  return UNSTEADY_ITERATIONS + Math.max(1, Math.ceil((seconds * rate) / batch));
}

async function start(script: string, { envs, steps }: Workload): Promise<Contestant> {
  const settings = { script, envs, steps, seed: 1, learningRate: THROUGHPUT_RATE };
  let { rate } = await run({ ...settings, iterations: WARM_UP_ITERATIONS });
  return {
    name: NAME,
    detail: `${script}, ${new URLSearchParams(KERNELS)}, a process per turn, start not counted`,
    quit: async () => {},
    async run(seconds: number): Promise<Block> {
      const iterations = iterationsFor(seconds, rate, envs * steps);
      const result = await run({ ...settings, iterations });
      rate = result.rate;
      const trained = result.steps - UNSTEADY_ITERATIONS * envs * steps;
      return { steps: trained, seconds: trained / rate };
    },
  };
}

/** Its only task, with its best settings, for at most this many iterations. */
function tryToSolve(
  script: string,
  { environment, threshold, seed, limit }: SolveTask,
  iterations: number,
): Promise<Attempt> {
  if (environment !== 'CartPole-v1' || threshold !== 475) {
    throw new ChildError(NAME, 'knows CartPole-v1 with a return of 475 only');
  }
  const settings = { envs: SOLVE_ENVS, steps: SOLVE_STEPS, learningRate: SOLVE_RATE };
  return run({ script, seed, limit, ...settings, iterations });
}

/** @param folder folder of its files; undefined if none was given */
export function prototypeParticipant(folder: string | undefined): Participant {
  const script = resolve(folder ?? '', 'ppo.mjs');
  const unsaid = 'its folder is not said (--prototype FOLDER or LOCKSTEP_PROTOTYPE)';
  const absence = folder === undefined ? unsaid : `there is no ${script}`;
  return {
    name: NAME,
    quick: true,
    absence: folder !== undefined && existsSync(script) ? undefined : absence,
    start: (workload) => start(script, workload),
    warmUp: async (task) => {
      await tryToSolve(script, { ...task, limit: PATIENCE_SECONDS }, WARM_UP_ITERATIONS);
    },
    attempt: async (task) => tryToSolve(script, task, SOLVE_ITERATIONS),
  };
}
