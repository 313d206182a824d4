/** The signals that end a run, and their usual exit codes. */

export const ENDING_SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export type EndingSignal = keyof typeof ENDING_SIGNALS;

export const SIGNAL_NAMES = Object.keys(ENDING_SIGNALS) as readonly EndingSignal[];

/** Calls `handler` at every signal that ends a run, until the returned function is called. */
export function onSignals(handler: (signal: EndingSignal) => void): () => void {
  for (const signal of SIGNAL_NAMES) process.on(signal, handler);
  return () => {
    for (const signal of SIGNAL_NAMES) process.off(signal, handler);
  };
}
