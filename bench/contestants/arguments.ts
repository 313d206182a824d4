/** The command line of a contestant; the same words for all of them. */
import { parseArgs } from 'node:util';

export interface ContestantOptions {
  readonly environment: string;
  /** Environments per agent. */
  readonly envs: number;
  readonly steps: number;
  readonly epochs: number;
  readonly minibatches: number;
  /** Ours alone, as are the widths of the hidden layers. */
  readonly agents: number;
  readonly widths: readonly number[];
  readonly seed: number;
  /** Threads of a software adapter; default all. */
  readonly threads: number | undefined;
  /** Whether the kernels are chosen by measurement, now or by an earlier run; ours alone. */
  readonly tune: boolean;
  /** Mean return to reach; undefined for a contest of throughput. */
  readonly solve: number | undefined;
  /** Seconds after which an attempt to solve ends. */
  readonly limit: number;
}

/** @throws Error naming the option, its value and what is allowed. */
export function parseContestant(argv: readonly string[]): ContestantOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      environment: { type: 'string', default: 'CartPole-v1' },
      envs: { type: 'string', default: '1024' },
      steps: { type: 'string', default: '32' },
      epochs: { type: 'string', default: '4' },
      minibatches: { type: 'string', default: '4' },
      agents: { type: 'string', default: '1' },
      widths: { type: 'string', default: '64,64' },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string' },
      tune: { type: 'boolean', default: false },
      solve: { type: 'string' },
      limit: { type: 'string', default: '600' },
    },
  });
  const count = (key: keyof typeof values): number => {
    const value = Number(values[key]);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new Error(`--${key} ${values[key]}: an integer from 0 on is allowed`);
  };
  return {
    environment: values.environment,
    envs: count('envs'),
    steps: count('steps'),
    epochs: count('epochs'),
    minibatches: count('minibatches'),
    agents: count('agents'),
    widths: values.widths.split(',').map(Number),
    seed: count('seed'),
    threads: values.threads === undefined ? undefined : count('threads'),
    tune: values.tune,
    solve: values.solve === undefined ? undefined : readReturn(values.solve),
    limit: count('limit'),
  };
}

function readReturn(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new Error(`--solve ${text}: a mean return, a number, is allowed`);
}
