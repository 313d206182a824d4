/** `lockstep eval`: a trained policy over many episodes, with their returns as a histogram. */

import { rangeOf } from '../logging/summarize-values';
import { mostSeed } from '../trainer/evaluate-options';
import { summaryOf } from '../trainer/evaluation-summary';
import type { EpisodeResult, Evaluation, ReturnSummary } from '../trainer/metrics';
import { isWorldMetric } from '../trainer/world-metrics';
import { type OpenGpu, withGpu } from './device';
import { evaluateInParts } from './evaluate';
import type { CommandLine } from './flags';
import type { GivenParams } from './given-params';
import { formatHistogram } from './histogram';
import { Interrupts } from './interrupts';
import { formatInteger, formatNumber, formatSpread, oneDecimal } from './numbers';
import { meanOf } from './run-figures';
import { createPlayer, openShown, type Shown, type ShowServices } from './show-services';
import { formatTable } from './table';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

const EPISODES = 1000;

/** @returns the exit code. */
export async function evalPolicy<G extends OpenGpu>(
  line: CommandLine,
  services: ShowServices<G>,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const shown = await openShown(line, services, line.operands[1]);
  checkSeed(line, shown.config);
  const note = line.quiet ? () => {} : (text: string) => void stderr.write(`${text}\n`);
  const announce = ({ adapter }: G): void => note(`${shown.environment.id} on ${adapter.name}`);
  return withGpu(services, line, { stderr, announce }, async (gpu) => {
    const trainer = await createPlayer(gpu, shown, services);
    const interrupts = new Interrupts(services, (text) => stderr.write(`${text}\n`));
    try {
      const evaluation = await evaluateInParts(trainer, {
        episodes: line.episodes ?? EPISODES,
        numAgents: shown.config.numAgents,
        observationSize: shown.environment.observation.length,
        greedy: !line.sample,
        seed: line.evalSeed,
        perEpisode: true,
        params: shown.params,
        note,
        interrupted: () => interrupts.happened,
      });
      const record = recordOf(line, shown, gpu.adapter.name, evaluation);
      stdout.write(`${line.json ? JSON.stringify(record) : formatEvaluation(record)}\n`);
      return interrupts.code;
    } finally {
      interrupts.ignore();
    }
  });
}

/** @throws UsageError for a seed that leaves no room for those of the other agents. */
function checkSeed({ evalSeed = 0 }: CommandLine, { numAgents }: Shown['config']): void {
  const most = mostSeed(numAgents);
  if (evalSeed <= most) return;
  throw new UsageError(
    `--eval-seed ${evalSeed}: of ${numAgents} agents, it must be at most ${most}`,
  );
}

/** What is known of the episodes of one agent, or of all; those that did not end are left out. */
interface Returns extends ReturnSummary {
  readonly minReturn: number;
  readonly maxReturn: number;
  readonly meanLength: number;
}

/** The `--json` record. */
export interface EvalRecord extends Returns {
  readonly environment: string;
  readonly adapter: string;
  /** Per agent. */
  readonly episodes: number;
  readonly greedy: boolean;
  readonly seed: number;
  /** What --param has given. */
  readonly params?: GivenParams;
  readonly perAgent: readonly Returns[];
  /** Returns of the ended episodes of each agent. */
  readonly returns: readonly (readonly number[])[];
}

function recordOf(
  { sample, evalSeed: seed }: CommandLine,
  { environment: { id, metrics = [] }, params }: Shown,
  adapter: string,
  { episodes, results = [] }: Evaluation,
): EvalRecord {
  const ended = results.map((list) => list.filter((each) => each.ended));
  return {
    ...{ environment: id, adapter, episodes, greedy: !sample, seed },
    ...(params && { params }),
    ...returnsOf(ended.flat(), metrics),
    perAgent: ended.map((list) => returnsOf(list, metrics)),
    returns: ended.map((list) => list.map((each) => each.return)),
  };
}

function returnsOf(results: readonly EpisodeResult[], metrics: readonly string[]): Returns {
  const [minReturn, maxReturn] = rangeOf(results.map((result) => result.return));
  const meanLength = meanOf(results.map(({ length }) => length));
  return { ...summaryOf(results, metrics), minReturn, maxReturn, meanLength };
}

export function formatEvaluation(record: EvalRecord): string {
  const { episodes, params, perAgent, endedEpisodes, meanReturn, stdReturn } = record;
  const agents = perAgent.length;
  const left = episodes * agents - endedEpisodes;
  const error = stdReturn / Math.sqrt(endedEpisodes);
  const rows = [
    ['environment', record.environment],
    ['adapter', record.adapter],
    ...(params ? [['params', formatParams(params)]] : []),
    ['episodes', `${formatInteger(episodes * agents)}, ${record.greedy ? 'greedy' : 'sampled'}`],
    ['mean return', formatSpread(meanReturn, stdReturn)],
    ['standard error', formatNumber(error, 2)],
    ['min, max return', `${oneDecimal(record.minReturn)}, ${oneDecimal(record.maxReturn)}`],
    ['mean length', `${oneDecimal(record.meanLength)} steps`],
    ...ownRows(record),
    ...(left > 0 ? [['did not end', `${formatInteger(left)}, which are left out`]] : []),
  ];
  const parts = [formatTable(rows), formatHistogram(record.returns.flat())];
  if (agents > 1) parts.push(formatAgents(perAgent));
  parts.push(COUNTED);
  return parts.join('\n\n');
}

const formatParams = (params: GivenParams): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** The means of the environment's own metrics. */
function ownRows(record: EvalRecord): string[][] {
  const own = Object.keys(record).filter(isWorldMetric);
  return own.map((key) => [`mean ${key}`, formatNumber(record[key]!, 2)]);
}

const COUNTED =
  'Each environment plays exactly one episode, and every episode that begins is counted,\n' +
  'so short ones are not over-represented.';

function formatAgents(perAgent: readonly Returns[]): string {
  const rows = perAgent.map(({ meanReturn, stdReturn }, agent) => [
    `${agent}`,
    formatSpread(meanReturn, stdReturn),
  ]);
  return formatTable([['agent', 'mean return'], ...rows], [0, 1]);
}
