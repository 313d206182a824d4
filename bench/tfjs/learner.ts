/** The common interface of both forms. */
export interface Learner {
  /** "backend, versions, threads" for the line `ready`. */
  readonly detail: string;
  /** Environment steps of one iteration. */
  readonly stepsPerIteration: number;
  /** Trains one whole iteration; resolves when the device, too, has finished it. */
  iterate(): Promise<void>;
  /** Returns of the training episodes that ended since the last call. */
  takeReturns(): readonly number[];
  /** Ends workers. */
  close(): void;
}
