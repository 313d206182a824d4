/** The result of a run on standard output: text for the user or a line of JSON for programs. */

import { withoutResults } from '../trainer/evaluation-summary';
import type { Evaluation } from '../trainer/metrics';
import { formatInteger, formatNumber, formatSeeds, formatSpread } from './numbers';
import { formatTable } from './table';

/** Most rows in the table of agents. */
const MAX_AGENT_ROWS = 16;

/** The `--json` record, in the order in which it is written. */
export interface RunRecord {
  readonly environment: string;
  /** Seed of agent 0. */
  readonly seed: number;
  readonly numAgents: number;
  /** Environment steps taken, per agent. */
  readonly timesteps: number;
  readonly iterations: number;
  /** Iterations of the whole run. */
  readonly plannedIterations: number;
  /** Training time, without start-up and evaluation. */
  readonly seconds: number;
  /** Environment steps per second, of all agents together. */
  readonly stepsPerSecond: number;
  readonly adapter: string;
  /** SHA-256 of all agents' parameters (little-endian float32), in hexadecimal. */
  readonly parametersSha256: string;
  /** Null if it failed. */
  readonly evaluation: Evaluation | null;
  /** The fault that ended the run early; null if none. */
  readonly fault: RunFault | null;
  /** Path of the run folder; null if none is kept. */
  readonly run: string | null;
}

/** A quantity that was not finite in too many updates in a row. */
export interface RunFault {
  /** Iteration, 1 … */
  readonly iteration: number;
  readonly agent: number;
  readonly quantity: string;
  /** Updates skipped in a row. */
  readonly skipped: number;
}

/** One line; numbers that do not exist are null. */
export function formatJson(record: RunRecord): string {
  return JSON.stringify(recordFields(record));
}

/** The fields in the order in which they are written. */
export function recordFields(record: RunRecord): RunRecord {
  return {
    environment: record.environment,
    seed: record.seed,
    numAgents: record.numAgents,
    timesteps: record.timesteps,
    iterations: record.iterations,
    plannedIterations: record.plannedIterations,
    seconds: record.seconds,
    stepsPerSecond: record.stepsPerSecond,
    adapter: record.adapter,
    parametersSha256: record.parametersSha256,
    evaluation: record.evaluation && withoutResults(record.evaluation),
    fault: record.fault,
    run: record.run,
  };
}

export function formatSummary(record: RunRecord): string {
  const { seed, numAgents, evaluation } = record;
  const perAgent = numAgents > 1 ? ' per agent' : '';
  const rows = [
    ['environment', record.environment],
    ['adapter', record.adapter],
    [numAgents > 1 ? 'seeds' : 'seed', formatSeeds(seed, numAgents)],
    ['agents', `${numAgents}`],
    ['timesteps', `${formatInteger(record.timesteps)}${perAgent}`],
    ['iterations', formatInteger(record.iterations)],
    ['seconds', formatNumber(record.seconds, 1)],
    ['steps/s', formatInteger(record.stepsPerSecond)],
    ['parameters', `sha256 ${record.parametersSha256}`],
    ['mean return', evaluation ? formatEvaluation(evaluation, numAgents) : 'not evaluated'],
  ];
  const summary = formatTable(rows);
  return evaluation && numAgents > 1 ? `${summary}\n\n${formatAgents(seed, evaluation)}` : summary;
}

function formatEvaluation(evaluation: Evaluation, numAgents: number): string {
  const { episodes, endedEpisodes } = evaluation;
  const perAgent = numAgents > 1 ? ' per agent' : '';
  const left = episodes * numAgents - endedEpisodes;
  const unended = left > 0 ? `; ${formatInteger(left)} did not end and are left out` : '';
  return `${formatReturn(evaluation)} over ${episodes} greedy episodes${perAgent}${unended}`;
}

function formatAgents(seed: number, evaluation: Evaluation): string {
  const shown = evaluation.perAgent.slice(0, MAX_AGENT_ROWS);
  const rows = shown.map((agent, index) => [`${index}`, `${seed + index}`, formatReturn(agent)]);
  const table = formatTable([['agent', 'seed', 'mean return'], ...rows], [0, 1, 2]);
  const hidden = evaluation.perAgent.length - shown.length;
  return hidden > 0 ? `${table}\n... and ${hidden} more agents (--json has them all)` : table;
}

function formatReturn(result: { readonly meanReturn: number; readonly stdReturn: number }): string {
  return formatSpread(result.meanReturn, result.stdReturn);
}
