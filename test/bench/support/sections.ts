import type { Section } from '../../../bench/support/results';

/** A section without measurements. */
export function sectionFor(title: string, adapter: string): Section {
  return {
    title,
    adapter,
    date: '2026-11-21',
    commit: 'abc1234',
    machine: '2 × some processor',
    command: 'npm run bench',
    measurements: [],
    notes: [],
  };
}
