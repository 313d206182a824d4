/** Work that the caller can cancel with an AbortSignal. */
import { ConfigError } from '../config/config-error';

/**
 * The part of an `AbortSignal` that is used, so that the declarations of this package need neither
 * the types of the DOM nor those of Node.
 */
export interface AbortSignalLike {
  /** Whether the work is cancelled. */
  readonly aborted: boolean;
  /** What cancelled work rejects with. */
  readonly reason: unknown;
  /** Throws the reason if the work is cancelled. */
  throwIfAborted(): void;
  /** Calls the listener when the work is cancelled. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Removes a listener. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** @throws ConfigError when `signal` is given and is no AbortSignal. */
export function checkSignal(signal: unknown): void {
  const fits = typeof (signal as AbortSignalLike | undefined)?.throwIfAborted === 'function';
  if (signal !== undefined && !fits) throw new ConfigError(['signal must be an AbortSignal']);
}

/**
 * Awaits a promise until the signal is aborted at the latest. The work behind the promise
 * continues.
 * @throws the signal's reason, or what the promise rejects with.
 */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignalLike | undefined,
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
