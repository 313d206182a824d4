/** Measurements of benches, and the file that stores them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Spread, spreadOf } from './statistics';

/** One quantity of one subject at one workload, as often as it was measured. */
export interface Measurement extends Spread {
  /** The workload, e.g. "1,024 environments". */
  readonly workload: string;
  /** The participant or part, e.g. "lockstep". */
  readonly subject: string;
  /** E.g. "training". */
  readonly quantity: string;
  /** E.g. "steps/s". */
  readonly unit: string;
  /** The samples, in the order of time. */
  readonly samples: readonly number[];
  /** Coordinates for charts: sizes of the workload by name, e.g. { envs: 1024 }. */
  readonly at: Readonly<Record<string, number>>;
  /** Its commit, if older than its section's. */
  readonly commit?: string;
}

/** The outcome of one bench. */
export interface Outcome {
  readonly title: string;
  readonly measurements: readonly Measurement[];
  /** Sentences below the table: definitions, and who was skipped and why. */
  readonly notes: readonly string[];
}

/** An outcome with its source. */
export interface Section extends Outcome {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly commit: string;
  readonly adapter: string;
  /** The processor that the host part ran on. */
  readonly machine: string;
  readonly command: string;
}

export type MeasurementPlace = Pick<Measurement, 'workload' | 'subject'> &
  Partial<Pick<Measurement, 'at'>>;

/** @throws Error without samples: what was not measured has no place in a table. */
export function measurement(
  place: MeasurementPlace,
  quantity: string,
  unit: string,
  samples: readonly number[],
): Measurement {
  if (samples.length === 0) throw new Error(`${place.workload}: no samples of ${quantity}`);
  const { workload, subject, at = {} } = place;
  return { workload, subject, quantity, unit, ...spreadOf(samples), samples, at };
}

/** @throws Error if the file contains something else. */
export function readSections(path: string): Section[] {
  if (!existsSync(path)) return [];
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const sections = (content as { sections?: unknown } | null)?.sections;
  if (!Array.isArray(sections)) throw new Error(`${path}: there is no list "sections"`);
  return sections as Section[];
}

/**
 * Puts sections in the place of older ones with their title and adapter, the others stay.
 * @param part whether a run measured a part of its benches: then what it did not measure stays too
 */
export function mergeSections(
  known: readonly Section[],
  added: readonly Section[],
  part = false,
): readonly Section[] {
  const key = ({ title, adapter }: Section): string => JSON.stringify([title, adapter]);
  const older = new Map(known.map((section) => [key(section), section]));
  const merged = added.map((section) =>
    part ? withOthers(section, older.get(key(section))) : section,
  );
  const replaced = new Set(added.map(key));
  return [...known.filter((section) => !replaced.has(key(section))), ...merged];
}

/** A section with those measurements of an older one that it has not. */
function withOthers(section: Section, older: Section | undefined): Section {
  if (!older) return section;
  const key = ({ workload, subject, quantity }: Measurement): string =>
    JSON.stringify([workload, subject, quantity]);
  const own = new Set(section.measurements.map(key));
  const others = older.measurements
    .filter((measurement) => !own.has(key(measurement)))
    .map((measurement) => ({ commit: older.commit, ...measurement }));
  return { ...section, measurements: [...others, ...section.measurements] };
}

/** One measurement a line, so that differences between two commits can be read. */
export function writeSections(path: string, sections: readonly Section[]): void {
  const texts = sections.map(({ measurements, ...rest }) => {
    const head = JSON.stringify(rest).slice(0, -1);
    const lines = measurements.map((one) => `  ${JSON.stringify(one)}`);
    return `${head},"measurements":[\n${lines.join(',\n')}\n]}`;
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `{"sections":[\n${texts.join(',\n')}\n]}\n`);
}
