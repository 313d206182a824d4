/** Self-play in a run: who the opponents are, everyone's rating, and what a run goes on with. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { EPISODE_WORD, EPISODE_WORDS } from '../../src/rollout/episode';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { IterationReport } from '../../src/trainer/metrics';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { TrainerSnapshot } from '../../src/trainer/snapshot';
import type { Trainer } from '../../src/trainer/trainer';
import { opponentOf } from '../reference/self-play';
import { openTestGpu } from '../support/gpu';
import { NIM, nim } from '../support/nim';
import { allReports } from './training';

const gpu = await openTestGpu();
const [AGENTS, BOARDS, STEPS, OPPONENTS, INTERVAL] = [2, 13, 6, 3, 2];
const CONFIG: Partial<PpoConfig> = {
  ...{ seed: 4, numAgents: AGENTS, numEnvs: BOARDS, numSteps: STEPS, numMinibatches: 2 },
  ...{ updateEpochs: 2, learningRate: 1e-2, hiddenSizes: [5], entCoef: 0 },
  ...{ opponents: OPPONENTS, opponentInterval: INTERVAL },
};

const open = (iterations: number, config: Partial<PpoConfig> = {}): Promise<Trainer> => {
  const totalTimesteps = iterations * BOARDS * STEPS;
  return createTrainer({
    gpu,
    environment: nim(),
    config: { ...CONFIG, totalTimesteps, ...config },
  });
};

interface Seen {
  readonly report: IterationReport;
  readonly snapshot: TrainerSnapshot;
}

/** Every report with the state after it; the state before training comes first. */
async function watch(trainer: Trainer) {
  const first = await trainer.snapshot();
  const seen: Seen[] = [];
  for await (const report of trainer) seen.push({ report, snapshot: await trainer.snapshot() });
  return { first, seen };
}

const floatsIn = ({ tensors }: TrainerSnapshot, name: string): Float32Array =>
  tensors[name]!.data as Float32Array;

/** The parameters of one agent, or of one of its opponents. */
function policyIn(snapshot: TrainerSnapshot, agent: number, opponent?: number): number[] {
  const count = snapshot.tensors.parameters!.shape[1]!;
  if (opponent === undefined) {
    return [...floatsIn(snapshot, 'parameters').subarray(agent * count, (agent + 1) * count)];
  }
  const first = (agent * OPPONENTS + opponent) * count;
  return [...floatsIn(snapshot, 'opponents').subarray(first, first + count)];
}

const ratingsIn = (snapshot: TrainerSnapshot, agent: number): number[] => [
  ...floatsIn(snapshot, 'ratings').subarray(agent * (OPPONENTS + 1), (agent + 1) * (OPPONENTS + 1)),
];

test('opponents begin as the first policy, and come to be of all ages', async () => {
  const trainer = await open(16);
  const { first, seen } = await watch(trainer);
  trainer.destroy();
  for (let agent = 0; agent < AGENTS; agent++) {
    const pool = Array.from({ length: OPPONENTS }, () => policyIn(first, agent));
    const ratings = Array.from({ length: OPPONENTS }, () => 0);
    for (const [index, { snapshot }] of seen.entries()) {
      // After iterations 2, 4, 6 …, the n-th time: as often as 2 divides n, up to the last one.
      const places = [0, 1, 0, 2, 0, 1, 0, 2];
      const place = index % 2 === 1 ? places[(index - 1) / 2] : undefined;
      if (place !== undefined) {
        pool[place] = policyIn(snapshot, agent);
        ratings[place] = ratingsIn(snapshot, agent).at(-1)!;
      }
      const found = pool.map((_, opponent) => policyIn(snapshot, agent, opponent));
      expect(found, `agent ${agent}, iteration ${index + 1}`).toEqual(pool);
      expect(ratingsIn(snapshot, agent).slice(0, -1)).toEqual(ratings);
    }
    expect(new Set(pool.map(String)).size).toBe(OPPONENTS);
  }
});

/** Elo's formula in float64, from the games that a snapshot still has. */
function ratedBy(snapshot: TrainerSnapshot, before: readonly number[], agent: number) {
  const { data } = snapshot.tensors.episodes!;
  const words = new Float32Array(data.buffer, data.byteOffset, data.length);
  const rating = before.at(-1)!;
  const boards = Array.from({ length: BOARDS }, (_, n) => {
    const first = (agent * BOARDS + n) * EPISODE_WORDS;
    const games = words[first + EPISODE_WORD.count]!;
    const points = games * (0.5 + 0.5 * words[first + EPISODE_WORD.meanReturn]!);
    const other = before[opponentOf(n, BOARDS, OPPONENTS)]!;
    return { games, points, expected: games / (1 + 10 ** ((other - rating) / 400)) };
  });
  const sum = (of: (board: (typeof boards)[number]) => number): number =>
    boards.reduce((total, board) => total + of(board), 0);
  const games = sum((board) => board.games);
  const points = sum((board) => board.points);
  const step = Math.min(16, 400 / Math.max(1, games));
  return { rating: rating + step * (points - sum((board) => board.expected)), games, points };
}

test('ratings follow the games of each iteration, and reports have them', async () => {
  const trainer = await open(6);
  const { first, seen } = await watch(trainer);
  trainer.destroy();
  for (let agent = 0; agent < AGENTS; agent++) {
    let before = ratingsIn(first, agent);
    expect(before).toEqual([0, 0, 0, 0]);
    for (const { report, snapshot } of seen) {
      const { rating, games, points } = ratedBy(snapshot, before, agent);
      const metrics = report.agents[agent]!;
      expect(metrics.episodes.count).toBe(games);
      expect(metrics['selfplay/elo']).toBeCloseTo(rating, 2);
      expect(metrics['selfplay/score']).toBeCloseTo(points / games, 5);
      // Who has won all, lost all and drawn none has points that returns tell.
      expect(metrics['selfplay/score']).toBeCloseTo(0.5 + 0.5 * metrics.episodes.meanReturn, 5);
      before = ratingsIn(snapshot, agent);
      expect(before.at(-1)).toBe(metrics['selfplay/elo']);
    }
    expect(before.at(-1)).not.toBe(0);
  }
});

test('a run goes on from a checkpoint bit for bit, with its opponents', async () => {
  const whole = await open(7);
  const halved = await open(7);
  for await (const { iteration } of halved) if (iteration === 3) break;
  const checkpoint = await halved.save();
  halved.destroy();
  const resumed = await restoreTrainer({ gpu, checkpoint });
  const after = await allReports(resumed);
  const reports = (await allReports(whole)).slice(3);
  expect((await resumed.snapshot()).tensors).toEqual((await whole.snapshot()).tensors);
  const numbers = (list: readonly IterationReport[]) => list.map(({ agents }) => agents);
  expect(numbers(after)).toEqual(numbers(reports));
  resumed.destroy();
  whole.destroy();
});

test('an agent of a population equals that agent alone', async () => {
  const both = await open(4);
  const alone = await open(4, { numAgents: 1, seed: 5 });
  await allReports(both);
  await allReports(alone);
  const [all, one] = [await both.snapshot(), await alone.snapshot()];
  expect(policyIn(all, 1)).toEqual(policyIn(one, 0));
  expect(policyIn(all, 1, 0)).toEqual(policyIn(one, 0, 0));
  expect(ratingsIn(all, 1)).toEqual(ratingsIn(one, 0));
  both.destroy();
  alone.destroy();
});

describe('an evaluation', () => {
  /** A trainer whose opponents nearly always take as many. */
  async function against(choice: number): Promise<Trainer> {
    const trainer = await open(1, { numAgents: 1 });
    const snapshot = await trainer.snapshot();
    const opponents = new Float32Array(floatsIn(snapshot, 'opponents').length);
    const { actor, parameterCount } = trainer.run.layout;
    // The biases of the head are the last parameters of the actor.
    for (let q = 0; q < OPPONENTS; q++) opponents[q * parameterCount + actor.end - 3 + choice] = 50;
    const { shape } = snapshot.tensors.opponents!;
    const tensors = { ...snapshot.tensors, opponents: { shape, data: opponents } };
    await trainer.restore({ ...snapshot, tensors });
    return trainer;
  }

  test('is played against the opponents, and changes nothing', async () => {
    const lengths = [];
    for (const choice of [0, 2]) {
      const trainer = await against(choice);
      const before = await trainer.snapshot();
      const { endedEpisodes, results } = await trainer.evaluate({
        ...{ episodes: 50, seed: 3, perEpisode: true },
      });
      expect(endedEpisodes).toBe(50);
      expect((await trainer.snapshot()).tensors).toEqual(before.tensors);
      const games = results![0]!;
      expect(games.every((game) => Math.abs(game.return) === 1)).toBe(true);
      lengths.push(games.reduce((sum, { length }) => sum + length, 0));
      trainer.destroy();
    }
    // Opponents who take three at a time make short games.
    expect(lengths[0]).toBeGreaterThan(lengths[1]! + 20);
  });

  test('shows the games that it counts, each up to its last state', async () => {
    const trainer = await against(1);
    const chosen = { episodes: 6, seed: 8 };
    const { results } = await trainer.evaluate({ ...chosen, perEpisode: true });
    const sums = new Map<number, number>();
    const heaps = new Map<number, number>();
    for await (const { episode, state, nextState, reward } of trainer.play(chosen)) {
      if (!heaps.has(episode)) heaps.set(episode, state.heap as number);
      expect(state.heap).toBe(heaps.get(episode));
      heaps.set(episode, nextState.heap as number);
      sums.set(episode, (sums.get(episode) ?? 0) + reward);
    }
    expect([...sums.values()]).toEqual(results![0]!.map((game) => game.return));
    expect([...heaps.values()]).toEqual([0, 0, 0, 0, 0, 0]);
    trainer.destroy();
  });
});

test('a given policy is the first of the opponents', async () => {
  const trainer = await open(2);
  await allReports(trainer);
  const policy = await trainer.policy();
  trainer.destroy();
  const next = await createTrainer({ gpu, environment: nim(), config: CONFIG, policy });
  const snapshot = await next.snapshot();
  next.destroy();
  expect(policyIn(snapshot, 1, 2)).toEqual(policyIn(snapshot, 1));
  expect(policyIn(snapshot, 1)).toEqual([
    ...policy.parameters.subarray(policy.parameters.length / 2),
  ]);
});

describe('what a world may have besides', () => {
  test('metrics and params that vary', async () => {
    const shader = `import package::environments::interface::Metrics;
${NIM.replace('heap: u32,', 'heap: u32, first: u32,').replace(
  'return State(3u + random_below(rng, 7u));',
  'let heap = u32(constants::LEAST) + random_below(rng, 7u);\n  return State(heap, heap);',
)}
fn metrics(state: State) -> Metrics {
  return Metrics(1.0, f32(state.first));
}
`;
    const params = { LEAST: { low: 3.5, high: 3.75 } };
    const environment = nim({ shader, params, metrics: ['games', 'first'] });
    const config = { ...CONFIG, totalTimesteps: 3 * BOARDS * STEPS };
    const trainer = await createTrainer({ gpu, environment, config });
    for (const { agents } of await allReports(trainer)) {
      for (const metrics of agents) {
        expect(metrics['world/games']).toBe(1);
        expect(metrics['world/first']).toBeGreaterThan(3);
        expect(metrics['world/first']).toBeLessThan(9);
        expect(metrics['selfplay/score']).toBeGreaterThan(0);
      }
    }
    trainer.destroy();
  });

  test('normalized rewards, plain returns, and a time limit with staggered resets', async () => {
    const environment = nim({ maxEpisodeSteps: 3 });
    const some = { normReward: true, advantageEstimator: 'returns', staggerResets: true } as const;
    const config = { ...CONFIG, ...some, totalTimesteps: 2 * BOARDS * STEPS };
    const trainer = await createTrainer({ gpu, environment, config });
    const reports = await allReports(trainer);
    trainer.destroy();
    for (const { agents } of reports) {
      expect(agents[0]!['guards/skipped_updates']).toBe(0);
      expect(agents[0]!.episodes.maxLength).toBeLessThanOrEqual(3);
    }
  });

  test('a reward that is not finite is named', async () => {
    const shader = NIM.replace(
      'Step(select(0.0, 1.0, (*state).heap == 0u)',
      'Step(log(f32((*state).heap) - 1.0)',
    );
    const config = { ...CONFIG, totalTimesteps: BOARDS * STEPS };
    const trainer = await createTrainer({ gpu, environment: nim({ shader }), config });
    const [report] = await allReports(trainer);
    trainer.destroy();
    expect(report!.agents[0]!.fault).toBe('reward');
  });
});

describe('is refused', () => {
  const refused = (config: Partial<PpoConfig>) => expect(open(1, config)).rejects;

  test('with normalized observations', async () => {
    await refused({ normObs: true }).toThrow(
      /^normObs is true, but Nim-v0 has two players, .*; normObs must be false$/,
    );
  });

  test('with groups', async () => {
    const group = { advantageEstimator: 'group', groupSize: 13, clipVloss: false, vfCoef: 0 };
    await refused(group as Partial<PpoConfig>).toThrow(
      /^advantageEstimator is group, but Nim-v0 has two players, .* must be gae or returns$/,
    );
  });

  test('with fused kernels', async () => {
    const fused = {
      forward: { kind: 'lane-per-sample', samples: 1, lanes: 64, broadcast: false },
      update: { kind: 'layered', linear: 'f32' },
    } as const;
    const config = { ...CONFIG, hiddenSizes: [5, 5] };
    const trainer = createTrainer({ gpu, environment: nim(), config, plan: fused });
    await expect(trainer).rejects.toThrow('worlds of two players are not fused');
  });

  test('with another number of opponents than a checkpoint has', async () => {
    const trainer = await open(1);
    const checkpoint = await trainer.save();
    trainer.destroy();
    const changed = restoreTrainer({ gpu, checkpoint, config: { opponents: 4 } });
    await expect(changed).rejects.toThrow('opponents is 3 and cannot change to 4');
  });
});
