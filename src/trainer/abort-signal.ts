/** Work that the caller may call off by an AbortSignal. */
import { ConfigError } from '../config/config-error';

/**
 * The part of an `AbortSignal` that is used. This way the declarations of this package need neither the DOM's
 * types nor Node's.
 */
export interface AbortSignalLike {
  /** Whether the work is called off. */
  readonly aborted: boolean;
  /** What the work rejects with when it is called off. */
  readonly reason: unknown;
  /** Throws the reason if the work is called off. */
  throwIfAborted(): void;
  /** Calls the listener when the work is called off. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Forgets a listener. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** @throws ConfigError when `signal` is given and is no AbortSignal. */
export function checkSignal(signal: unknown): void {
  const fits = typeof (signal as AbortSignalLike | undefined)?.throwIfAborted === 'function';
  if (signal !== undefined && !fits) throw new ConfigError(['signal must be an AbortSignal']);
}

/**
 * Awaits a promise, but not longer than until the signal is aborted. What the promise stands for goes on.
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
