/** `notes.jsonl`: what a run says besides its metrics, one line of JSON per entry. */
import { withoutResults } from '../trainer/evaluation-summary';
import type { EndEntry, EvaluationEntry, LogEntry, Logger, NoteEntry, StartEntry } from './logger';
import { PendingBytes, type Sink } from './sink';

/** The entries that become notes. */
export type NotedEntry = StartEntry | NoteEntry | EvaluationEntry | EndEntry;

/** The content of a line: an entry and the time at which it was logged. */
export type NoteLine = { readonly time: string } & NotedEntry;

function isNoted(entry: LogEntry): entry is NotedEntry {
  return ['start', 'note', 'evaluation', 'end'].includes(entry.type);
}

function withoutEpisodes(entry: NotedEntry): NotedEntry {
  if (entry.type !== 'evaluation') return entry;
  return { ...entry, evaluation: withoutResults(entry.evaluation) };
}

/**
 * Writes the start, notes, evaluations and the end as lines of JSON, each with its time in UTC
 * (`notes.jsonl`).
 * @param now milliseconds since 1970
 */
export function notesLogger(sink: Sink, now: () => number = Date.now): Logger {
  const pending = new PendingBytes(sink);
  const encoder = new TextEncoder();
  return {
    name: 'notes.jsonl',
    log: (entry) => {
      if (!isNoted(entry)) return;
      const line: NoteLine = { time: new Date(now()).toISOString(), ...withoutEpisodes(entry) };
      pending.add(encoder.encode(`${JSON.stringify(line)}\n`));
    },
    flush: () => pending.flush(),
    close: () => pending.close(),
  };
}
