/** Run folders in memory. */
import { completeConfig } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';
import { type LoggedRun, readLoggedRun } from '../../src/logging/logged-run';
import { formatMetricLine } from '../../src/logging/metric-lines';
import type { ReadFile, RunFiles } from '../../src/logging/run-files';
import { makeReport } from '../cli/reports';

/** Milliseconds since 1970 at which all files were written, unless they say otherwise. */
export const WRITTEN = 1_000_000;

/** Contents of files by their paths; an Error is thrown instead. */
export type Contents = Readonly<Record<string, string | Uint8Array | Error>>;

export function filesOf(contents: Contents, modified = WRITTEN): RunFiles {
  const encoder = new TextEncoder();
  return {
    folders: async (path) => {
      const below = Object.keys(contents).filter((name) => name.startsWith(`${path}/`));
      if (below.length === 0) throw new Error('ENOENT: no such file or directory');
      const parts = below.map((name) => name.slice(path.length + 1).split('/'));
      return [...new Set(parts.filter(({ length }) => length > 1).map(([first]) => first!))];
    },
    read: async (path): Promise<ReadFile | undefined> => {
      const content = contents[path];
      if (content instanceof Error) throw content;
      if (content === undefined) return undefined;
      const bytes = typeof content === 'string' ? encoder.encode(content) : content;
      return { bytes, modified };
    },
  };
}

export interface Wish {
  readonly environment?: string;
  readonly config?: Partial<PpoConfig>;
  /** Mean returns of all agents, by iteration. */
  readonly returns?: readonly (readonly number[])[];
  /** Iterations after which a summary was written; none without. */
  readonly ended?: number;
  readonly adapter?: string;
}

/** The files of a run of 3 iterations of 1,000 steps, by their names. */
export function runFolder(folder: string, wish: Wish = {}): Record<string, string> {
  const {
    environment = 'CartPole-v1',
    returns = [[10], [30], [20]],
    ended,
    adapter = 'lava',
  } = wish;
  const sizes = { numEnvs: 50, numSteps: 20, totalTimesteps: 3000, seed: 3 };
  const config = completeConfig(undefined, { ...sizes, ...wish.config });
  const description = { environment, config, adapter, plan: 'layered', version: '1.2.3' };
  const evaluation = { meanReturn: 25, stdReturn: 1.5 };
  const summary = { iterations: ended, stepsPerSecond: 12_345, evaluation, fault: null };
  const lines = returns.map((all, index) => formatMetricLine(makeReport(index + 1, all)));
  return {
    [`${folder}/config.json`]: JSON.stringify(description),
    [`${folder}/metrics.jsonl`]: lines.join(''),
    ...(ended === undefined ? {} : { [`${folder}/summary.json`]: JSON.stringify(summary) }),
  };
}

/** @param after milliseconds since the files were written */
export function readFolder(contents: Contents, after = 0, folder = 'run'): Promise<LoggedRun> {
  return readLoggedRun(filesOf(contents), folder, WRITTEN + after);
}
