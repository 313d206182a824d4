/** Where outcomes go: the terminal, the JSON file, the charts, and with `--record` the repository. */
import { formatOutcome, record, sectionOf } from './record';
import { mergeSections, type Outcome, readSections, writeSections } from './results';

/** Where results lie: in the repository with `--record`, else among the built files. */
interface Places {
  readonly results: string;
}

const RECORDED: Places = { results: 'bench/results.json' };
const UNRECORDED: Places = { results: 'bench/dist/results.json' };

export function publish(outcomes: readonly Outcome[], adapter: string, recorded: boolean): void {
  if (outcomes.length === 0) return;
  const { results } = recorded ? RECORDED : UNRECORDED;
  for (const outcome of outcomes) {
    const body = formatOutcome(outcome);
    console.log(`\n## ${outcome.title}\n\n${body}\n`);
    if (recorded) record(outcome.title, adapter, body);
  }
  const sections = outcomes.map((outcome) => sectionOf(outcome, adapter));
  writeSections(results, mergeSections(readSections(results), sections));
  console.log(`written: ${results}`);
}
