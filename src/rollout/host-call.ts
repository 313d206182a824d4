/** Calls the functions of a host world, and turns whatever goes wrong into one error. */
import { DEFAULT_STEP_TIMEOUT, HostWorldError } from '../environments/host-world';
import { LONGEST_TIMER } from '../longest-timer';

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
    if (!(result instanceof Promise)) return result;
    const late = (sentence: string): Error =>
      new HostWorldError(`environment ${id}: ${name} ${sentence}`);
    return await withinTime(result, stepTimeout, late);
  } catch (error) {
    if (error instanceof HostWorldError) throw error;
    throw new HostWorldError(`environment ${id}: ${name} threw ${thrown(error)}`, {
      cause: error,
    });
  }
}

/**
 * Awaits a promise for a time.
 * @param late makes the error that is thrown then, from the end of a sentence
 */
export async function withinTime<T>(
  promise: Promise<T>,
  milliseconds: number,
  late: (sentence: string) => Error,
): Promise<T> {
  if (milliseconds > LONGEST_TIMER) return promise;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const seconds = Math.round(milliseconds / 100) / 10;
    const sentence = `has not come back for ${seconds} s (stepTimeout)`;
    timer = setTimeout(() => reject(late(sentence)), milliseconds);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
