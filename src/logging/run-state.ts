/** How a run stands, judged by what it has left behind. */

import type { LoggedDescription, LoggedSummary } from './logged-files';
import type { MetricLine } from './metric-lines';

/** How a run stands. */
export interface RunState {
  /**
   * 'broken' where a file is missing or damaged; 'running' where it still writes; 'finished' after
   * all its iterations; 'stopped' before.
   */
  readonly state: 'running' | 'finished' | 'stopped' | 'broken';
  /** What says so. */
  readonly evidence: string;
}

/** Without a summary, a run counts as running for so many milliseconds after its last line. */
const QUIET_LIMIT = 60_000;
/** Or for the time of so many iterations, if that is longer. */
const QUIET_ITERATIONS = 5;

/** What a run folder holds. */
export interface Evidence {
  readonly problems: readonly string[];
  readonly description: LoggedDescription | undefined;
  readonly summary: LoggedSummary | undefined;
  readonly last: MetricLine | undefined;
  /** Milliseconds since anything was written. */
  readonly quiet: number;
}

/** See `RunState`. */
export function judge({ problems, description, summary, last, quiet }: Evidence): RunState {
  if (problems.length > 0 || !description) {
    return { state: 'broken', evidence: problems.join('; ') };
  }
  const whole = iterationsOf(description.config);
  if (summary) {
    const { source, iterations, faulty } = summary;
    const of = `${iterations} of ${whole} iterations`;
    if (faulty) return { state: 'stopped', evidence: `${source}: a fault, after ${of}` };
    const state = iterations >= whole ? 'finished' : 'stopped';
    return { state, evidence: `${source}: ${of}` };
  }
  const done = last?.iteration ?? 0;
  const pace = last ? (1000 * last.seconds) / last.iteration : 0;
  const limit = Math.max(QUIET_LIMIT, QUIET_ITERATIONS * pace);
  const ago = `last written ${formatAge(quiet)} ago, after ${done} of ${whole} iterations`;
  return {
    state: quiet <= limit ? 'running' : 'stopped',
    evidence: `no end was recorded; ${ago}`,
  };
}

function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** Iterations of the whole run, as in `deriveSizes`. */
function iterationsOf(config: Readonly<Record<string, unknown>>): number {
  const [total, envs, steps] = ['totalTimesteps', 'numEnvs', 'numSteps'].map((key) => config[key]);
  return Math.ceil((total as number) / ((envs as number) * (steps as number)));
}
