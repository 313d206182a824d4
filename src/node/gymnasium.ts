/** Environments of Gymnasium, stepped by processes of Python. */
import type { ActionSpace } from '../action-space';
import type { PpoConfig } from '../config/ppo-config';
import { defineHostEnvironment } from '../environments/define-host';
import { type EnvironmentDefinition, EnvironmentError } from '../environments/definition';
import {
  DEFAULT_STEP_TIMEOUT,
  type HostWorld,
  HostWorldError,
  type HostWorldOptions,
} from '../environments/host-world';
import { withinTime } from '../rollout/host-call';
import { type HostShare, joinShares, shareSizes, usualShares } from './host-shares';
import { PythonError, PythonProcess } from './python-process';

/** How an environment of Gymnasium is made and stepped. */
export interface GymnasiumOptions {
  /** Environments that train together, in place of the general default. */
  readonly numEnvs?: number | undefined;
  /** Arguments of `gymnasium.make`, such as `{ continuous: true }`. */
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** Most processes per agent; default one less than the cores of the machine. */
  readonly processes?: number | undefined;
  /** Name or path of Python, 3.9 or newer, with gymnasium; default `python3`. */
  readonly python?: string | undefined;
  /**
   * Whether the environment truncates episodes itself; by default only if it has no time limit that
   * Gymnasium knows.
   */
  readonly truncates?: boolean | undefined;
  /** Milliseconds after which a process counts as hanging; default 60,000. */
  readonly stepTimeout?: number | undefined;
  /** Config fields that suit the environment. */
  readonly defaults?: Partial<PpoConfig> | undefined;
}

/** What the process says of an environment; null for a missing bound. */
interface Description {
  readonly observation: Bounds;
  readonly action:
    | { readonly type: 'discrete'; readonly n: number }
    | { readonly type: 'multi-discrete'; readonly nvec: readonly number[] }
    | ({ readonly type: 'box' } & Bounds);
  readonly maxEpisodeSteps: number | null;
  readonly version: string;
}

interface Bounds {
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

const lowOf = (bound: number | null): number => bound ?? Number.NEGATIVE_INFINITY;
const highOf = (bound: number | null): number => bound ?? Number.POSITIVE_INFINITY;

const usualPython = (): string => (process.platform === 'win32' ? 'python' : 'python3');

/**
 * An environment of Gymnasium, made by its id, for `createTrainer` and everything else. Python
 * steps it, in processes that each hold a share of the environments (python/gymnasium_server.py).
 * @param id as for `gymnasium.make`, e.g. `CartPole-v1` or `module:Name-v0`
 * @throws EnvironmentError where Python, gymnasium or the environment is missing, and for spaces
 * other than boxes and choices.
 */
export async function gymnasiumEnvironment(
  id: string,
  options: GymnasiumOptions = {},
): Promise<EnvironmentDefinition> {
  const { kwargs = {}, python = usualPython(), stepTimeout = DEFAULT_STEP_TIMEOUT } = options;
  const made = { id, kwargs, python, stepTimeout };
  const { observation, action, maxEpisodeSteps, version } = await describe(made);
  const { truncates = maxEpisodeSteps === null, processes = usualShares() } = options;
  const create = (given: HostWorldOptions): Promise<HostWorld> =>
    open(given, processes, { ...made, fields: observation.low.length });
  return defineHostEnvironment({
    id: `gymnasium/${id}`,
    source: `Gymnasium ${version}`,
    observation: observation.low.map((low, field) => ({
      name: `${field}`,
      low: lowOf(low),
      high: highOf(observation.high[field]!),
    })),
    action: spaceOf(action),
    maxEpisodeSteps,
    truncates,
    stepTimeout,
    defaults: { ...(options.numEnvs && { numEnvs: options.numEnvs }), ...options.defaults },
    create,
  });
}

function spaceOf(action: Description['action']): ActionSpace {
  if (action.type !== 'box') return action;
  return { type: 'box', low: action.low.map(lowOf), high: action.high.map(highOf) };
}

/** How `gymnasium.make` is called. */
interface Made {
  readonly id: string;
  readonly kwargs: object;
  readonly python: string;
  /** Milliseconds. */
  readonly stepTimeout: number;
}

async function describe({ id, kwargs, python, stepTimeout }: Made): Promise<Description> {
  const server = new PythonProcess(python);
  try {
    const answer = server.ask({ kind: 'describe', id, kwargs });
    const late = (sentence: string): Error =>
      new EnvironmentError(`gymnasium ${id}: make ${sentence}`);
    const { header } = await withinTime(answer, stepTimeout, late);
    return header as unknown as Description;
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    throw new EnvironmentError(`gymnasium ${id}: ${error.message}`, { cause: error });
  } finally {
    server.close();
  }
}

interface Opened extends Made {
  /** O */
  readonly fields: number;
}

async function open(
  { numEnvs }: HostWorldOptions,
  processes: number,
  opened: Opened,
): Promise<HostWorld> {
  const started: PythonProcess[] = [];
  const start = async (count: number): Promise<HostShare> => {
    const server = new PythonProcess(opened.python);
    started.push(server);
    const { id, kwargs, stepTimeout } = opened;
    const late = (sentence: string): Error =>
      new HostWorldError(`environment gymnasium/${id}: create ${sentence}`);
    await withinTime(server.ask({ kind: 'open', id, kwargs, count }), stepTimeout, late);
    return { count, world: worldOf(server, count, opened.fields) };
  };
  try {
    const shares = await Promise.all(shareSizes(numEnvs, processes).map(start));
    return joinShares(shares, 'processes');
  } catch (error) {
    for (const server of started) server.close();
    throw error;
  }
}

/** The environments of one process. */
function worldOf(server: PythonProcess, count: number, fields: number): HostWorld {
  const shown = new Float32Array(count * fields);
  return {
    async reset(environments, seeds) {
      const request = { environments: [...environments], seeds: [...seeds] };
      const { values } = await server.ask({ kind: 'reset', ...request });
      for (const [place, n] of environments.entries()) {
        shown.set(values.subarray(place * fields, (place + 1) * fields), n * fields);
      }
      return { observations: shown };
    },
    async step(actions) {
      const { values } = await server.ask({ kind: 'step' }, actions);
      const endings = values.subarray(count, 2 * count);
      shown.set(values.subarray(2 * count));
      return {
        observations: shown,
        rewards: values.subarray(0, count),
        terminated: endings.map((ending) => Number(ending === 1)),
        truncated: endings.map((ending) => Number(ending === 2)),
      };
    },
    close: () => server.close(),
  };
}
