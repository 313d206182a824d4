/** What a run says while it trains, and the interface of what takes it down. */
import type { PpoConfig } from '../config/ppo-config';
import type { Evaluation, IterationReport } from '../trainer/metrics';

/** What a run is: the content of `config.json` in a run folder. */
export interface RunDescription {
  /** Id of the environment. */
  readonly environment: string;
  /** The complete configuration, as in `Trainer.config`. */
  readonly config: PpoConfig;
  /** Name of the adapter. */
  readonly adapter: string;
  /** The kernels in words, see `describePlan`. */
  readonly plan: string;
  /** Version of the package; `lockstep train` writes it. */
  readonly version?: string | undefined;
  /** The words of the command line; absent when a program uses the library directly. */
  readonly command?: readonly string[] | undefined;
}

/** The place of an entry in the run. */
export interface LogPlace {
  /** Iterations that were finished, 0 before the first. */
  readonly iteration: number;
  /** Environment steps taken until then, per agent. */
  readonly timesteps: number;
}

/** Training begins, or continues at a place after 0. */
export interface StartEntry extends LogPlace {
  /** Tells entries apart. */
  readonly type: 'start';
  /** The run that begins. */
  readonly run: RunDescription;
}

/** An iteration has ended. */
export interface IterationEntry {
  /** Tells entries apart. */
  readonly type: 'iteration';
  /** Its numbers. */
  readonly report: IterationReport;
}

/** Many values of one agent at one place, e.g. the returns of its environments. */
export interface HistogramEntry extends LogPlace {
  /** Tells entries apart. */
  readonly type: 'histogram';
  /** E.g. 'charts/episodic_return_histogram'. */
  readonly name: string;
  /** 0 … numAgents - 1. */
  readonly agent: number;
  /** In any order, at least one. */
  readonly values: ArrayLike<number>;
}

/** Something that the reader of the metrics must know, e.g. that the learning rate was changed. */
export interface NoteEntry extends LogPlace {
  /** Tells entries apart. */
  readonly type: 'note';
  /** One sentence. */
  readonly text: string;
}

/** The policies were evaluated. */
export interface EvaluationEntry extends LogPlace {
  /** Tells entries apart. */
  readonly type: 'evaluation';
  /** What came of it. */
  readonly evaluation: Evaluation;
}

/** Training has ended. */
export interface EndEntry extends LogPlace {
  /** Tells entries apart. */
  readonly type: 'end';
  /**
   * 'finished' after the last iteration, 'stopped' on purpose before it, 'failed' by an error.
   */
  readonly reason: 'finished' | 'stopped' | 'failed';
  /** Why, in words. */
  readonly text?: string | undefined;
}

/** All that a run says, told apart by `type`. Later versions may add types. */
export type LogEntry =
  | StartEntry
  | IterationEntry
  | HistogramEntry
  | NoteEntry
  | EvaluationEntry
  | EndEntry;

/**
 * Takes down what a run says. `combineLoggers` calls `flush` again and again, one call at a time,
 * so that `log` need only keep what is to be written.
 */
export interface Logger {
  /** What it writes, e.g. a file's name; used in warnings. */
  readonly name: string;
  /** Takes an entry, and leaves out those that it has no use for. */
  log(entry: LogEntry): void;
  /** Writes all that was logged before; rejects where it cannot. */
  flush(): Promise<void>;
  /** Flushes, then frees what the logger holds. Nothing is logged afterwards. */
  close(): Promise<void>;
}
