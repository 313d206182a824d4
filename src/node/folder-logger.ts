/** The loggers of a run folder. */
import { join } from 'node:path';
import { combineLoggers } from '../logging/combine-loggers';
import type { Logger } from '../logging/logger';
import { metricsLogger } from '../logging/metric-lines';
import { notesLogger } from '../logging/note-lines';
import { tensorBoardLogger } from '../logging/tensorboard';
import { fileSink } from './file-sink';

/** Options of `folderLogger`. */
export interface FolderLoggerOptions {
  /** Called with one sentence when a log cannot be written; `console.warn` by default. */
  warn?(text: string): void;
  /** Additional loggers, which receive the same entries. */
  readonly others?: readonly Logger[];
}

/**
 * Writes `metrics.jsonl`, `notes.jsonl` and TensorBoard event files to a folder, after what is
 * there already. Where a file cannot be written, `warn` is called once, and the other loggers go
 * on; the logger itself never fails.
 */
export function folderLogger(
  folder: string,
  { warn = console.warn, others = [] }: FolderLoggerOptions = {},
): Logger {
  // Readers take event files in the order of their names.
  const events = `events.out.tfevents.${Date.now()}.${process.pid}.lockstep`;
  const loggers = [
    metricsLogger(fileSink(join(folder, 'metrics.jsonl'))),
    notesLogger(fileSink(join(folder, 'notes.jsonl'))),
    tensorBoardLogger({ open: (inner) => fileSink(join(folder, inner, events)) }),
  ];
  return combineLoggers([...loggers, ...others], warn);
}
