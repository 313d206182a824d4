/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

/** Words that name a bench; without any, those run that take minutes and not hours. */
export interface Options {
  readonly benches: readonly string[];
  /** Small sizes and few repeats: everything within two minutes. */
  readonly quick: boolean;
  /** Whether results go to bench/RESULTS.md, bench/results.json and docs/charts. */
  readonly record: boolean;
  readonly adapter: string | undefined;
  /** Environments per agent of the benches that grow them; undefined for the bench's own. */
  readonly envs: readonly number[] | undefined;
  /** Repeats of each measurement; undefined for the bench's own. */
  readonly repeats: number | undefined;
  /** Least seconds of a measured block. */
  readonly seconds: number;
  /** Seeds of each contestant of `solve`, counted from 1. */
  readonly seeds: number;
  /** Seconds after which an attempt of `solve` is given up. */
  readonly limit: number;
  /** Part of the name of what is measured (a contestant, a workload, an environment). */
  readonly only: string | undefined;
  /** The only environment of `solve`; undefined for all of them. */
  readonly environment: string | undefined;
  /** Threads that contestants may use; undefined for all. */
  readonly threads: number | undefined;
  /** Whether our own kernels are chosen by measurement first, as `lockstep train --tune` does. */
  readonly tune: boolean;
  /** Device of the Python peers. */
  readonly device: (typeof DEVICES)[number];
  /** Commit that `against` compares with. */
  readonly base: string | undefined;
  /** Folder of the prototype to compare with. */
  readonly prototype: string | undefined;
}

/** A command line that cannot be; one line for the user. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const DEVICES = ['cpu', 'cuda'] as const;

const FLAGS = {
  quick: { type: 'boolean', default: false },
  record: { type: 'boolean', default: false },
  adapter: { type: 'string' },
  envs: { type: 'string' },
  repeats: { type: 'string' },
  seconds: { type: 'string' },
  seeds: { type: 'string' },
  limit: { type: 'string' },
  only: { type: 'string' },
  environment: { type: 'string' },
  threads: { type: 'string' },
  tune: { type: 'boolean', default: false },
  device: { type: 'string', default: 'cpu' },
  base: { type: 'string' },
  prototype: { type: 'string' },
} as const;

const FLAG_NAMES = Object.keys(FLAGS)
  .map((name) => `--${name}`)
  .join(', ');

/**
 * @param benches names that there are
 * @param variables environment variables: LOCKSTEP_PROTOTYPE stands in for --prototype
 * @throws OptionError naming the word and all that are allowed.
 */
export function parseOptions(
  argv: readonly string[],
  benches: readonly string[],
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Options {
  const { values, positionals } = read(argv);
  for (const name of positionals) {
    if (!benches.includes(name)) {
      throw new OptionError(`unknown bench "${name}": there is ${benches.join(', ')}`);
    }
  }
  const { quick, record, adapter, only, environment, tune, base } = values;
  if (quick && record) {
    throw new OptionError(
      '--quick --record: quick figures are not recorded; leave one of them out',
    );
  }
  if (positionals.includes('against') && base === undefined) {
    throw new OptionError('against: say with which commit to compare, as in --base HEAD~1');
  }
  const count = (name: keyof typeof values): number | undefined => {
    const text = values[name];
    return typeof text === 'string' ? countOf(text, `--${name}`) : undefined;
  };
  return {
    benches: positionals,
    quick,
    record,
    adapter,
    only,
    environment,
    tune,
    base,
    envs: values.envs?.split(',').map((text) => countOf(text, '--envs')),
    repeats: count('repeats'),
    seconds: count('seconds') ?? (quick ? 1 : 4),
    seeds: count('seeds') ?? (quick ? 1 : 5),
    limit: count('limit') ?? (quick ? 10 : 300),
    threads: count('threads'),
    device: deviceOf(values.device),
    prototype: values.prototype ?? (variables.LOCKSTEP_PROTOTYPE || undefined),
  };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: FLAGS });
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new OptionError(`${sentence}; allowed are ${FLAG_NAMES}`);
  }
}

function countOf(text: string, flag: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new OptionError(`${flag} ${text}: whole numbers from 1 on are allowed`);
}

function deviceOf(text: string): Options['device'] {
  const device = DEVICES.find((name) => name === text);
  if (device) return device;
  throw new OptionError(`--device ${text}: allowed are ${DEVICES.join(', ')}`);
}
