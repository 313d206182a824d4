/** How commands react to the signals that end a run. */
import { ENDING_SIGNALS, type EndingSignal } from './signals';

/** The clock and the signals of the process. */
export interface InterruptServices {
  /** Calls `handler` at every signal that ends a run, until the returned function is called. */
  onInterrupt(handler: (signal: EndingSignal) => void): () => void;
  /** Ends the process. */
  exit(code: number): void;
  /** Milliseconds. */
  now(): number;
}

/** Notices the first signal and tells the user; the second one ends the process. */
export class Interrupts {
  private first: EndingSignal | undefined;
  private readonly ignoreSignals: () => void;

  /**
   * @param note writes a line for the user
   * @param react called at the first signal, before the note
   */
  constructor(
    services: InterruptServices,
    note: (text: string) => void,
    react: () => void = () => {},
  ) {
    this.ignoreSignals = services.onInterrupt((signal) => {
      if (this.first) return services.exit(ENDING_SIGNALS[signal]);
      this.first = signal;
      react();
      const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'a second signal';
      note(`${signal}: finishing; ${again} quits at once`);
    });
  }

  get happened(): boolean {
    return this.first !== undefined;
  }

  /** The exit code of a command that a signal has ended, else 0. */
  get code(): number {
    return this.first ? ENDING_SIGNALS[this.first] : 0;
  }

  ignore(): void {
    this.ignoreSignals();
  }
}
