/** Who is there to compare with: ours, tfjs, the Python peers, the prototype. */
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

/** What every contestant trains; networks and hyperparameters: bench/README.md. */
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
  /** Why it cannot take part here; undefined where it can. */
  readonly absence: string | undefined;
  readonly start: (workload: Workload) => Promise<Contestant>;
  /** Trains a little with what `attempt` uses, so that compilers' caches on disk know it. */
  readonly warmUp: (task: SolveTask) => Promise<void>;
  readonly attempt: (task: SolveTask) => Promise<Attempt>;
}

function workloadFlags({ environment, envs, steps, epochs, minibatches }: Workload): string[] {
  const flags = { environment, envs, steps, epochs, minibatches };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

function solveFlags({ environment, threshold, seed, limit }: SolveTask): string[] {
  // One word, since a threshold may begin with a minus sign.
  const goal = ['--environment', environment, `--solve=${threshold}`];
  return [...goal, '--seed', String(seed), '--limit', String(limit)];
}

interface ProcessOptions {
  readonly name: string;
  readonly quick?: boolean;
  readonly argv: Command['argv'];
  readonly environment?: Readonly<Record<string, string>>;
  /** What has to be there. */
  readonly needs: readonly { readonly path: string; readonly remedy: string }[];
}

/** A participant that is started with the flags of the protocol. */
function processParticipant(options: ProcessOptions, threads: number | undefined): Participant {
  const { name, quick = false, argv, environment = {}, needs } = options;
  const missing = needs.find(({ path }) => !existsSync(path));
  const limits = threads === undefined ? [] : ['--threads', String(threads)];
  const command = (flags: readonly string[]): Command => ({
    argv: [...argv, ...flags, ...limits],
    environment,
  });
  return {
    name,
    quick,
    absence: missing && `there is no ${missing.path} (${missing.remedy})`,
    start: (workload) => startContestant(name, command(workloadFlags(workload))),
    warmUp: async (task) => {
      await attempt(
        name,
        command(solveFlags({ ...task, limit: WARM_UP_SECONDS })),
        WARM_UP_SECONDS,
      );
    },
    attempt: (task) => attempt(name, command(solveFlags(task)), task.limit),
  };
}

/** An attempt that ends at once, once everything is compiled. */
const WARM_UP_SECONDS = 1;
const BUILT = 'node scripts/build.mjs';

/** What our own process is started with. */
export function lockstepCommand(adapter: string | undefined): Required<Omit<Command, 'folder'>> {
  return {
    argv: [process.execPath, 'bench/dist/lockstep.js'],
    environment: adapter === undefined ? {} : { LOCKSTEP_ADAPTER: adapter },
  };
}

export function ourParticipant({ adapter, threads }: Options): Participant {
  const needs = [{ path: 'bench/dist/lockstep.js', remedy: BUILT }];
  return processParticipant(
    { name: 'lockstep', quick: true, ...lockstepCommand(adapter), needs },
    threads,
  );
}

/** tfjs by how its training is written and where it computes; bench/tfjs/README.md. */
const TFJS_FORMS = ['idiomatic', 'hand-tuned'] as const;
const TFJS_BACKENDS = ['wasm', 'webgpu', 'cpu'] as const;

function tfjsParticipants({ threads }: Options): Participant[] {
  const path = 'bench/dist/tfjs.js';
  return TFJS_FORMS.flatMap((form) =>
    TFJS_BACKENDS.map((backend) => {
      // The others compute in one thread, or on the adapter.
      const splits = form === 'hand-tuned' && backend === 'wasm';
      return processParticipant(
        {
          name: `tfjs ${form} ${backend}`,
          quick: splits,
          argv: [process.execPath, path, '--form', form, '--backend', backend],
          needs: [{ path, remedy: BUILT }],
        },
        splits ? threads : undefined,
      );
    }),
  );
}

const PEERS = ['torch', 'cleanrl', 'sb3', 'purejaxrl'] as const;

function pythonParticipants({ threads, device }: Options): Participant[] {
  const python = 'bench/peers/.venv/bin/python';
  const script = 'bench/peers/run.py';
  return PEERS.map((peer) =>
    processParticipant(
      {
        name: device === 'cpu' ? peer : `${peer} ${device}`,
        quick: peer === 'torch',
        argv: [python, script, '--peer', peer, '--device', device],
        needs: [
          { path: script, remedy: 'it belongs to the repository' },
          { path: python, remedy: 'bench/peers/README.md says how to install it' },
        ],
      },
      threads,
    ),
  );
}

/** Everybody but us, as far as `--only` and `--quick` let them in. */
export function opponents(options: Options): Participant[] {
  const { only, quick } = options;
  const all = [
    ...tfjsParticipants(options),
    ...pythonParticipants(options),
    prototypeParticipant(options.prototype),
  ];
  return all.filter((one) => (only === undefined ? !quick || one.quick : one.name.includes(only)));
}
