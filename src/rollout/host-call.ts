/** Calls the functions of a host world, and turns whatever goes wrong into one error. */
import { DEFAULT_STEP_TIMEOUT, HostWorldError } from '../environments/host-world';

/** Places of the author's stack that an error shows. */
const STACK_PLACES = 5;

export interface HostCaller {
  /** The environment's id. */
  readonly id: string;
  /** Milliseconds. */
  readonly stepTimeout?: number | undefined;
}

/** What a function threw, with its own stack if it has one. */
function thrown(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${error.message}`, ...places.slice(0, STACK_PLACES)].join('\n');
}

/**
 * Awaits what a function of a world returns.
 * @param name of the function
 * @throws HostWorldError if it throws, or has not come back within the time limit.
 */
export async function callHost<T>(
  { id, stepTimeout = DEFAULT_STEP_TIMEOUT }: HostCaller,
  name: string,
  call: () => T | Promise<T>,
): Promise<T> {
  try {
    const result = call();
    return result instanceof Promise ? await withinTime(result, stepTimeout) : result;
  } catch (error) {
    if (error instanceof HostWorldError) throw error;
    if (error === LATE) {
      const seconds = Math.round(stepTimeout / 100) / 10;
      const sentence = `${name} has not come back for ${seconds} s (stepTimeout)`;
      throw new HostWorldError(`environment ${id}: ${sentence}`);
    }
    throw new HostWorldError(`environment ${id}: ${name} threw ${thrown(error)}`, {
      cause: error,
    });
  }
}

const LATE = Symbol('late');

async function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  if (milliseconds === Number.POSITIVE_INFINITY) return promise;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(LATE), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
