/** A logger of one's own: a table of comma-separated values. */
import { appendFile, writeFile } from 'node:fs/promises';

const COLUMNS = ['timesteps', 'seconds', 'agent', 'return', 'entropy'];

/** @returns a Logger; see also docs/logging.md */
export function csvLogger(path) {
  const rows = [];
  let begun = false;
  return {
    // Names the logger in a warning, should it fail.
    name: 'the CSV file',
    // Keeps what the run says, or leaves it out; entries differ by their `type`.
    log(entry) {
      if (entry.type !== 'iteration') return;
      const { timesteps, seconds, agents } = entry.report;
      for (const [agent, metrics] of agents.entries()) {
        const { 'charts/episodic_return': mean, 'losses/entropy': entropy } = metrics;
        rows.push([timesteps, seconds.toFixed(3), agent, mean, entropy]);
      }
    },
    // Writes what was kept. It is called again and again, and never while it still runs.
    async flush() {
      if (!begun) await writeFile(path, `${COLUMNS.join(',')}\n`);
      begun = true;
      const lines = rows.splice(0).map((row) => `${row.join(',')}\n`);
      await appendFile(path, lines.join(''));
    },
    async close() {
      await this.flush();
    },
  };
}
