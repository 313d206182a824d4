/** The workload, its variants, and the command line that selects them. */
import { parseArgs } from 'node:util';

export const FORMS = ['idiomatic', 'hand-tuned'] as const;
export const BACKENDS = ['wasm', 'webgpu', 'cpu'] as const;
export type Form = (typeof FORMS)[number];
export type BackendName = (typeof BACKENDS)[number];

/** PPO's numbers, by the names of the bench's protocol. */
export interface Workload {
  /** N */
  readonly envs: number;
  /** T */
  readonly steps: number;
  readonly epochs: number;
  readonly minibatches: number;
  readonly learningRate: number;
  readonly gamma: number;
  readonly gaeLambda: number;
  readonly clip: number;
  readonly entropy: number;
  readonly valueWeight: number;
  readonly maxGradNorm: number;
  readonly adamEpsilon: number;
  /** Width of both hidden layers, of both networks. */
  readonly hidden: number;
  readonly seed: number;
}

/** The throughput comparison's workload. */
export const THROUGHPUT: Workload = {
  envs: 1024,
  steps: 32,
  epochs: 4,
  minibatches: 4,
  learningRate: 2.5e-4,
  gamma: 0.99,
  gaeLambda: 0.95,
  clip: 0.2,
  entropy: 0.01,
  valueWeight: 0.5,
  maxGradNorm: 0.5,
  adamEpsilon: 1e-5,
  hidden: 64,
  seed: 1,
};

/** Settings of `--solve`: found by hand for each form, for the shortest wall-clock time. */
export const SOLVING: Readonly<Record<Form, Partial<Workload>>> = {
  idiomatic: { envs: 32, steps: 64, epochs: 2, learningRate: 3e-3 },
  'hand-tuned': { envs: 128, steps: 32, epochs: 2, learningRate: 4e-3 },
};

export interface SolveGoal {
  /** Mean return of the last 100 or more finished training episodes. */
  readonly meanReturn: number;
  /** s */
  readonly limit: number;
}

export interface Settings {
  /** Name of the contestant, e.g. "tfjs idiomatic, wasm". */
  readonly name: string;
  readonly form: Form;
  readonly backend: BackendName;
  /** Threads that compute; more than 1 for the hand-tuned form on wasm only. */
  readonly threads: number;
  readonly workload: Workload;
  readonly solve: SolveGoal | undefined;
  readonly browser: boolean;
}

function choice<T extends string>(key: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found) return found;
  throw new Error(`--${key} ${value}: allowed are ${allowed.join(', ')}`);
}

function positive(key: string, text: string, whole: boolean): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value) && (!whole || Number.isInteger(value))) return value;
  throw new Error(`--${key} ${text}: a ${whole ? 'whole ' : ''}number above 0 is needed`);
}

const COUNTS = ['envs', 'steps', 'epochs', 'minibatches', 'seed', 'hidden'] as const;
const RATES = { 'learning-rate': 'learningRate', gamma: 'gamma', lambda: 'gaeLambda' } as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

function given(values: Values): Partial<Workload> {
  const counts = COUNTS.filter((key) => values[key] !== undefined);
  const rates = (Object.keys(RATES) as (keyof typeof RATES)[]).filter(
    (key) => values[key] !== undefined,
  );
  return Object.fromEntries([
    ...counts.map((key) => [key, positive(key, String(values[key]), true)]),
    ...rates.map((key) => [RATES[key], positive(key, String(values[key]), false)]),
  ]) as Partial<Workload>;
}

function checkWorkload({ envs, steps, minibatches }: Workload, threads: number): void {
  const shares = minibatches * threads;
  if (envs % threads !== 0) throw new Error(`--envs ${envs}: --threads ${threads} must divide it`);
  if ((envs * steps) % shares !== 0) {
    throw new Error(`--minibatches ${minibatches} × --threads ${threads} must divide envs × steps`);
  }
}

function threadCount(form: Form, backend: BackendName, text: string | undefined): number {
  const splits = form === 'hand-tuned' && backend === 'wasm';
  const threads = text === undefined ? (splits ? 2 : 1) : positive('threads', text, true);
  if (threads === 1 || splits) return threads;
  throw new Error(`--threads ${threads}: ${form} on ${backend} has 1`);
}

/** @throws Error with what is wrong, the value and what is allowed. */
export function parseSettings(args: readonly string[]): Settings {
  const text = { type: 'string' } as const;
  const names = ['environment', 'threads', 'solve', 'limit', ...COUNTS, ...Object.keys(RATES)];
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(names.map((name) => [name, text])),
      form: { type: 'string', default: 'idiomatic' },
      backend: { type: 'string', default: 'wasm' },
      browser: { type: 'boolean', default: false },
    },
  });
  const known: Values = values;
  if (known.environment !== undefined) {
    choice('environment', String(known.environment), ['CartPole-v1']);
  }
  const form = choice('form', values.form, FORMS);
  const backend = choice('backend', values.backend, BACKENDS);
  const threads = threadCount(form, backend, known.threads as string | undefined);
  const solve = known.solve === undefined ? undefined : solveGoal(known);
  const workload = { ...THROUGHPUT, ...(solve ? SOLVING[form] : {}), ...given(known) };
  checkWorkload(workload, threads);
  const { browser } = values;
  const name = `tfjs ${form}, ${backend}${browser ? ' in Chromium' : ''}`;
  return { name, form, backend, threads, workload, solve, browser };
}

function solveGoal(values: Values): SolveGoal {
  const meanReturn = positive('solve', String(values.solve), false);
  return { meanReturn, limit: positive('limit', String(values.limit ?? 60), false) };
}
