/**
 * Publishes outcomes: to the terminal, the JSON file, the charts, and with `--record` the
 * repository.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { chartsOf } from './charts';
import type { Options } from './options';
import { formatOutcome, record, sectionOf } from './record';
import { mergeSections, type Outcome, readSections, writeSections } from './results';

interface Places {
  /** The JSON file. */
  readonly results: string;
  /** A folder. */
  readonly charts: string;
}

/** Committed files, which `--record` writes. */
const RECORDED: Places = { results: 'bench/results.json', charts: 'docs/charts' };
/** Paths in the build folder. */
const UNRECORDED: Places = { results: 'bench/dist/results.json', charts: 'bench/dist/charts' };

export function publish(
  outcomes: readonly Outcome[],
  adapter: string,
  { record: recorded, only }: Pick<Options, 'record' | 'only'>,
): void {
  if (outcomes.length === 0) return;
  const places = recorded ? RECORDED : UNRECORDED;
  const sections = outcomes.map((outcome) => sectionOf(outcome, adapter));
  const known = readSections(places.results);
  for (const section of sections) {
    const body = formatOutcome(section);
    console.log(`\n## ${section.title}\n\n${body}\n`);
    if (!recorded) continue;
    const current = mergeSections(known, [section], only !== undefined).at(-1)!;
    record(section.title, adapter, body, formatOutcome(current));
  }
  writeSections(places.results, mergeSections(known, sections, only !== undefined));
  draw(places);
}

/** Draws the charts of the recorded results anew. */
export function redraw(): void {
  draw(RECORDED);
}

function draw({ results, charts }: Places): void {
  const files = chartsOf(readSections(results));
  mkdirSync(charts, { recursive: true });
  for (const { name, svg } of files) writeFileSync(`${charts}/${name}`, svg);
  console.log(`figures in ${results}, ${files.length} charts of them in ${charts}\n`);
}
