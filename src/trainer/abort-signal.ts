/** Work that the caller may call off by an AbortSignal. */
import { ConfigError } from '../config';

/** @throws ConfigError when `signal` is given and is no AbortSignal. */
export function checkSignal(signal: unknown): void {
  const fits = typeof (signal as AbortSignal | undefined)?.throwIfAborted === 'function';
  if (signal !== undefined && !fits) throw new ConfigError(['signal must be an AbortSignal']);
}

/**
 * Awaits a promise, but not longer than until the signal is aborted. What the promise stands for goes on.
 * @throws the signal's reason, or what the promise rejects with.
 */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return promise;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
