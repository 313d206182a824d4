/** The participants of comparisons: ours, tfjs, the Python peers, the prototype. */
import { existsSync } from 'node:fs';
import type { Command } from './child-lines';
import { type Attempt, attempt, type Contestant, startContestant } from './contestant';
import type { Options } from './options';
import { prototypeParticipant } from './prototype';

/** The work of a comparison of throughput. */
export interface Workload {
  readonly environment: string;
  readonly envs: number;
  readonly steps: number;
  readonly epochs: number;
  readonly minibatches: number;
}

/** The workload of every contestant; networks and hyperparameters: bench/README.md. */
export const SHARED_WORKLOAD: Workload = {
  environment: 'CartPole-v1',
  envs: 1024,
  steps: 32,
  epochs: 4,
  minibatches: 4,
};

/** A goal for an attempt. */
export interface SolveTask {
  readonly environment: string;
  /** Mean return to reach. */
  readonly threshold: number;
  readonly seed: number;
  /** Seconds. */
  readonly limit: number;
}

export interface Participant {
  readonly name: string;
  /** Whether it takes part in `--quick`. */
  readonly quick: boolean;
  /** Why it cannot take part here; undefined if it can. */
  readonly absence: string | undefined;
  readonly start: (workload: Workload) => Promise<Contestant>;
  /** Trains a little with what `attempt` uses, so that compilers' caches on disk know it. */
  readonly warmUp: (task: SolveTask) => Promise<void>;
  readonly attempt: (task: SolveTask) => Promise<Attempt>;
}

export function workloadFlags({
  environment,
  envs,
  steps,
  epochs,
  minibatches,
}: Workload): string[] {
  const flags = { environment, envs, steps, epochs, minibatches };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** For a contestant with fixed sizes. */
function ownSettingsFlags({ environment }: Workload): string[] {
  return ['--environment', environment, '--settings', 'own'];
}

function solveFlags({ environment, threshold, seed, limit }: SolveTask): string[] {
  // One word, since a threshold may begin with a minus sign.
  const goal = ['--environment', environment, `--solve=${threshold}`];
  return [...goal, '--seed', String(seed), '--limit', String(limit)];
}

interface ProcessOptions {
  readonly name: string;
  readonly quick?: boolean;
  /** Whether it takes --threads; default true. */
  readonly splits?: boolean;
  /** Flags for the workload; default those of all its sizes. */
  readonly workFlags?: (workload: Workload) => string[];
  readonly argv: Command['argv'];
  readonly environment?: Readonly<Record<string, string>>;
  /** Files that must exist. */
  readonly needs: readonly { readonly path: string; readonly remedy: string }[];
}

/** A participant that is started with the flags of the protocol. */
function processParticipant(options: ProcessOptions, { quick, threads }: Options): Participant {
  const { name, argv, environment = {}, needs, splits = true } = options;
  const { workFlags = workloadFlags } = options;
  const missing = needs.find(({ path }) => !existsSync(path));
  const limits = threads === undefined || !splits ? [] : ['--threads', String(threads)];
  const command = (flags: readonly string[]): Command => ({
    argv: [...argv, ...flags, ...limits],
    environment,
  });
  const patience = quick ? QUICK_START_SECONDS : START_SECONDS;
  const solve = (task: SolveTask): Promise<Attempt> =>
    attempt(name, command(solveFlags(task)), task.limit + patience);
  return {
    name,
    quick: options.quick ?? false,
    absence: missing && `there is no ${missing.path} (${missing.remedy})`,
    start: (workload) => startContestant(name, command(workFlags(workload)), patience),
    warmUp: async (task) => {
      await solve({ ...task, limit: WARM_UP_SECONDS });
    },
    attempt: solve,
  };
}

/** Every library compiles at its start; some take a minute without a cache. */
export const START_SECONDS = 240;
const QUICK_START_SECONDS = 12;
/** An attempt that ends at once, once everything is compiled. */
const WARM_UP_SECONDS = 1;
const BUILT = 'node scripts/build.mjs';

const OURS = 'bench/dist/lockstep.js';

/** Arguments of our own process. */
export function lockstepCommand(
  { adapter, tune }: Pick<Options, 'adapter' | 'tune'>,
  program = OURS,
): Required<Omit<Command, 'folder'>> {
  return {
    argv: [process.execPath, program, ...(tune ? ['--tune'] : [])],
    environment: adapter === undefined ? {} : { LOCKSTEP_ADAPTER: adapter },
  };
}

export function ourParticipant(options: Options): Participant {
  const needs = [{ path: OURS, remedy: BUILT }];
  const command = lockstepCommand(options);
  // We are waited for, however long it takes.
  const patient = { ...options, quick: false };
  return processParticipant({ name: 'lockstep', quick: true, ...command, needs }, patient);
}

/** tfjs by form and backend; see bench/tfjs/README.md. */
const TFJS_FORMS = ['idiomatic', 'hand-tuned'] as const;
const TFJS_BACKENDS = ['wasm', 'webgpu', 'cpu'] as const;

function tfjsParticipants(options: Options): Participant[] {
  const path = 'bench/dist/tfjs.js';
  const { adapter } = options;
  const environment = adapter === undefined ? {} : { LOCKSTEP_ADAPTER: adapter };
  return TFJS_FORMS.flatMap((form) =>
    TFJS_BACKENDS.map((backend) => {
      const name = `tfjs ${form} ${backend}`;
      // The others compute in one thread, or on the adapter.
      const splits = form === 'hand-tuned' && backend === 'wasm';
      const argv = [process.execPath, path, '--form', form, '--backend', backend] as const;
      const needs = [{ path, remedy: BUILT }];
      return processParticipant({ name, quick: splits, splits, argv, environment, needs }, options);
    }),
  );
}

const PEERS = ['torch', 'cleanrl', 'sb3', 'purejaxrl'] as const;
/** Those whose usual sizes are far from the comparison's: 4 × 128 and 1 × 2,048. */
const OWN_SETTINGS_PEERS = ['cleanrl', 'sb3'] as const;

function pythonPeers(
  options: Options,
  peers: readonly (typeof PEERS)[number][],
  suffix: string,
  workFlags?: ProcessOptions['workFlags'],
): Participant[] {
  const { device } = options;
  const python = 'bench/peers/.venv/bin/python';
  const script = 'bench/peers/run.py';
  const needs = [
    { path: script, remedy: 'it belongs to the repository' },
    { path: python, remedy: 'bench/peers/setup makes it' },
  ];
  return peers.map((peer) => {
    const name = `${device === 'cpu' ? peer : `${peer} ${device}`}${suffix}`;
    const argv = [python, script, '--peer', peer, '--device', device] as const;
    const quick = peer === 'torch';
    const process = { name, quick, argv, needs, ...(workFlags && { workFlags }) };
    return processParticipant(process, options);
  });
}

/** Participants of a throughput comparison with other sizes than the rest. */
export function ownSettingsOpponents(options: Options): Participant[] {
  const { only } = options;
  if (options.quick && only === undefined) return [];
  const all = pythonPeers(options, OWN_SETTINGS_PEERS, ', own settings', ownSettingsFlags);
  return all.filter(({ name }) => only === undefined || name.includes(only));
}

/** Everybody but us, as far as `--only` and `--quick` let them in. */
export function opponents(options: Options): Participant[] {
  const { only, quick } = options;
  const all = [
    ...tfjsParticipants(options),
    ...pythonPeers(options, PEERS, ''),
    prototypeParticipant(options.prototype),
  ];
  return all.filter((one) => (only === undefined ? !quick || one.quick : one.name.includes(only)));
}
