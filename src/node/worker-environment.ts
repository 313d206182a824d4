/** Environments on the host whose shares are stepped by worker threads. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnvironmentDefinition } from '../environments/definition';
import { checkedEnvironment, EnvironmentError } from '../environments/definition';
import { DEFAULT_STEP_TIMEOUT, type HostWorld, HostWorldError } from '../environments/host-world';
import { withinTime } from '../rollout/host-call';
import { importDescription } from './environment-module';
import { type HostShare, joinShares, shareSizes, usualShares } from './host-shares';
import type { WorkerAnswer, WorkerRequest } from './host-worker';
import { packageFile } from './package-file';

/** How a module's environments are stepped in threads. */
export interface WorkerOptions {
  /** Most threads per agent; default one less than the cores of the machine. */
  readonly workers?: number | undefined;
}

const THREADS = 1024;

/**
 * The environment of a module that steps on the host, with its environments shared out among worker
 * threads, each of which imports the module. A thread that hangs is ended after the description's
 * `stepTimeout`.
 * @param path of an ES module, from the current folder, or its file URL
 * @throws EnvironmentError if the module cannot be imported, or exports no environment that steps
 * on the host.
 */
export async function workerEnvironment(
  path: string | { readonly href: string },
  { workers = usualShares() }: WorkerOptions = {},
): Promise<EnvironmentDefinition> {
  const file = typeof path === 'string' ? resolve(path) : fileURLToPath(path.href);
  if (!Number.isInteger(workers) || workers < 1 || workers > THREADS) {
    throw new EnvironmentError(`workers is ${workers}; it must be an integer from 1 to ${THREADS}`);
  }
  return withWorkers(await importDescription(file), file, workers);
}

/** An imported environment, stepped by threads if it steps on the host. */
export function withWorkers(
  environment: EnvironmentDefinition,
  file: string,
  workers: number,
): EnvironmentDefinition {
  const { id, host } = environment;
  if (!host?.create) {
    throw new EnvironmentError(
      `environment ${id} does not step on the host, as those of defineHostEnvironment do; only ` +
        'these have workers',
    );
  }
  const create = async (options: { numEnvs: number; seed: number }): Promise<HostWorld> => {
    const sizes = shareSizes(options.numEnvs, workers);
    const shares = await openShares({ file, seed: options.seed, id, host }, sizes);
    return joinShares(shares, 'workers (--workers)');
  };
  return checkedEnvironment({ ...environment, host: { ...host, create } });
}

interface ShareSource {
  readonly file: string;
  readonly seed: number;
  readonly id: string;
  readonly host: { readonly stepTimeout?: number | undefined };
}

async function openShares(
  { file, seed, id, host }: ShareSource,
  sizes: readonly number[],
): Promise<HostShare[]> {
  const { Piscina } = await import('piscina');
  let broken: Error | undefined;
  const pools = sizes.map(() => {
    // A pool of one thread each: a share's world lives in its thread.
    const pool = new Piscina({
      filename: packageFile('dist/host-worker.js'),
      name: 'answer',
      ...{ minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: 1 },
      idleTimeout: Number.POSITIVE_INFINITY,
    });
    // Of a thread that fails between two requests, as by a timer of the world; another takes its
    // place, which has no world.
    pool.on('error', (error: Error) => {
      broken ??= error;
    });
    return pool;
  });
  const ask = async <T>(pool: (typeof pools)[number], request: WorkerRequest): Promise<T> => {
    if (broken) throw broken;
    return resultOf((await pool.run(request)) as WorkerAnswer) as T;
  };
  const open = async (count: number, k: number): Promise<HostShare> => {
    const pool = pools[k]!;
    const created = ask<{ readonly saves: boolean }>(pool, {
      kind: 'create',
      path: file,
      count,
      seed,
    });
    const late = (sentence: string): Error =>
      new HostWorldError(`environment ${id}: create ${sentence}`);
    const { saves } = await withinTime(created, host.stepTimeout ?? DEFAULT_STEP_TIMEOUT, late);
    const world: HostWorld = {
      reset: (environments, seeds) => ask(pool, { kind: 'reset', environments, seeds }),
      step: (actions) => ask(pool, { kind: 'step', actions }),
      ...(saves && {
        save: () => ask(pool, { kind: 'save' }),
        restore: (saved: unknown) => ask(pool, { kind: 'restore', saved }),
      }),
      close: () => pool.destroy(),
    };
    return { count, world };
  };
  try {
    return await Promise.all(sizes.map(open));
  } catch (error) {
    await Promise.all(pools.map((pool) => pool.destroy()));
    throw error;
  }
}

/** @throws the error of the world, with the stack that it has in its thread. */
function resultOf(answer: WorkerAnswer): unknown {
  if (!('failure' in answer)) return answer.value;
  const { name, message, stack } = answer.failure;
  if (name === 'HostWorldError') throw new HostWorldError(message);
  const error = new Error(message);
  error.name = name;
  error.stack = stack;
  throw error;
}
