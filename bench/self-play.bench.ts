/** Connect Four by self-play: how ratings rise, and games of the results against minimax. */
import { findEnvironment } from '../src/environments/index';
import { loadPolicy } from '../src/export/host-policy';
import { createTrainer } from '../src/trainer/create-trainer';
import type { IterationReport } from '../src/trainer/metrics';
import { encodePolicy } from '../src/trainer/saved-policy';
import { type ConnectFourState, connectFour, EMPTY } from '../test/reference/connect-four';
import { minimax, nothing, openLines } from '../test/reference/scripted/connect-four';
import {
  type MatchOptions,
  type MatchResult,
  playMatch,
  scoreOf,
} from '../test/reference/scripted/match';
import type { ScriptedPolicy } from '../test/reference/scripted/policy';
import type { Bench } from './support/bench';
import { record } from './support/record';

const ENVIRONMENT = 'ConnectFour-v0';
const DEPTH = 4;
const MATCH: MatchOptions = { openings: 250, plies: [2, 4], choices: 7, seed: 1 };
/** Rows of the table of ratings. */
const PARTS = 10;

const OPPONENTS = {
  [`minimax of depth ${DEPTH}, all else equal`]: minimax(DEPTH, nothing),
  [`minimax of depth ${DEPTH} that counts open lines`]: minimax(DEPTH, openLines),
};

const fromEmpty = { ...connectFour, reset: () => EMPTY };

/** The most likely move of one agent. */
async function playerOf(
  bytes: Uint8Array,
  agent: number,
): Promise<ScriptedPolicy<ConnectFourState>> {
  const policy = await loadPolicy(bytes, { agent });
  return (state) => {
    const mask = connectFour.actionMask!(state);
    return policy.act(connectFour.observe(state), { mask }).action[0]!;
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function formatRatings(reports: readonly IterationReport[]): string[] {
  const agents = reports[0]!.agents.map((_, agent) => `seed ${agent + 1}`);
  const every = reports.length / PARTS;
  const rows = Array.from({ length: PARTS }, (_, part) => {
    const report = reports[Math.round((part + 1) * every) - 1]!;
    const ratings = report.agents.map((agent) => agent['selfplay/elo']!.toFixed(0));
    return `| ${report.timesteps.toLocaleString('en')} | ${ratings.join(' | ')} |`;
  });
  return [
    `| steps | ${agents.join(' | ')} |`,
    `|---|${agents.map(() => '---|').join('')}`,
    ...rows,
  ];
}

function formatMatches(results: ReadonlyMap<string, readonly MatchResult[]>): string[] {
  const rows = [...results].flatMap(([name, matches]) =>
    matches.map((match, agent) => {
      const { wins, draws, losses } = match;
      const cells = [name, agent + 1, wins, draws, losses, percent(scoreOf(match))];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  return ['| against | seed | won | drawn | lost | points |', '|---|---|---|---|---|---|', ...rows];
}

/** Five seeds as one population with the tuned defaults, or as many as `--seeds` says. */
export const benchSelfPlay: Bench = async ({ gpu, options, progress }) => {
  const environment = findEnvironment(ENVIRONMENT);
  const numAgents = options.seeds;
  const config = { numAgents, ...(options.quick && { totalTimesteps: 300_000 }) };
  const trainer = await createTrainer({ gpu, environment, config });
  const reports: IterationReport[] = [];
  for await (const report of trainer) {
    reports.push(report);
    if (report.iteration % 10 === 0) {
      const ratings = report.agents.map((agent) => agent['selfplay/elo']!.toFixed(0));
      progress(`${report.timesteps} steps, ${report['charts/SPS'].toFixed(0)}/s: ${ratings}`);
    }
  }
  const policy = await trainer.policy();
  const bytes = encodePolicy({ environment, config: trainer.config, policy });
  trainer.destroy();
  const agents = Array.from({ length: numAgents }, (_, agent) => agent);
  const players = await Promise.all(agents.map((agent) => playerOf(bytes, agent)));
  const results = new Map<string, MatchResult[]>();
  for (const [name, opponent] of Object.entries(OPPONENTS)) {
    const matches = players.map((player) => playMatch(fromEmpty, player, opponent, MATCH));
    results.set(name, matches);
  }
  const text = [
    ...formatRatings(reports),
    '',
    ...formatMatches(results),
    '',
    `${2 * MATCH.openings} games each: random openings of 2 to 4 plies, each with both colours, ` +
      `then the most likely moves. Trained in ${reports.at(-1)!.seconds.toFixed(0)} s.`,
  ].join('\n');
  const title = `Self-play: ${ENVIRONMENT}, tuned defaults`;
  console.log(`${title}, on ${gpu.adapter.name}\n${text}`);
  if (options.record) record(title, gpu.adapter.name, text);
  return [];
};
