/** docs/metrics.md: lists every number of a report, and no other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allReports, smallTrainer } from '../trainer/training';

const PAGE = readFileSync('docs/metrics.md', 'utf8');

/** The names in the first cells below a heading. */
function listed(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(heading))!;
  const cells = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map((match) => match[1]!);
  return cells.flatMap((cell) => cell.replaceAll('`', '').split(', ')).sort();
}

test('the tables have what a report has', async () => {
  const trainer = await smallTrainer();
  const [report] = await allReports(trainer);
  trainer.destroy();
  expect(listed('Run')).toEqual(Object.keys(report!).sort());
  expect(listed('Agent')).toEqual(Object.keys(report!.agents[0]!).sort());
});
