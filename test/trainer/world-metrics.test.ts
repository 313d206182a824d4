/** The metrics of a world's own, from its module to the logs. */
import { describe, expect, test } from 'vitest';
import { checkedEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import { checkEnvironmentModule } from '../../src/environments/interface-check';
import { formatMetricLine, readMetrics } from '../../src/logging/metric-lines';
import { MemorySink } from '../../src/logging/sink';
import { tensorBoardLogger } from '../../src/logging/tensorboard';
import type { EvaluateOptions } from '../../src/trainer/evaluate-options';
import type { EpisodeResult } from '../../src/trainer/metrics';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import { DRIFT, drift } from '../environments/drift';
import { MEASURED_DRIFT, measuredDrift } from '../environments/measured-drift';
import { readEvents } from '../formats/read-events';
import { mean } from '../reference/moments';
import { openTestGpu } from '../support/gpu';
import { allReports, smallTrainer } from './training';

const gpu = await openTestGpu();

/** Without metrics in the description. */
function unmeasured(shader: string): EnvironmentDefinition {
  const { metrics: _, ...plain } = measuredDrift({ shader });
  return plain;
}

/** Kernels of the fused rollout and of the layered one. */
const WIDTHS = [[[4, 3]], [[4]]];

test.each(WIDTHS)('are means over the episodes that ended, %j', async (hiddenSizes) => {
  const trainer = await smallTrainer(
    { hiddenSizes, numAgents: 2, numEnvs: 70, numMinibatches: 7, totalTimesteps: 5 * 840 },
    measuredDrift(),
  );
  const reports = await allReports(trainer);
  trainer.destroy();
  const records = reports.flatMap(({ agents }) => agents);
  expect(records.length).toBe(10);
  for (const record of records) {
    expect(record.episodes.count).toBeGreaterThan(5);
    expect(record['world/steps']).toBeCloseTo(record.episodes.meanLength, 4);
    // Every step moves it by half a meter, and it leaves the strip at 3 m or is cut.
    expect(Math.abs(record['world/place']!)).toBeLessThan(4);
    expect(record['world/a']).toBe(0.75);
  }
  expect(new Set(records.map((record) => record['world/place'])).size).toBe(10);
});

test('are NaN where no episode ended, and begin anew in each iteration', async () => {
  const trainer = await smallTrainer(
    { numSteps: 4, totalTimesteps: 12 * 20 },
    measuredDrift({ maxEpisodeSteps: 10, shader: MEASURED_DRIFT.replace('> 3.0', '> 30.0') }),
  );
  const steps = (await allReports(trainer)).map(({ agents }) => agents[0]!['world/steps']);
  trainer.destroy();
  // All episodes are cut in steps 10, 20 and 30 of 48.
  const expected = [3, 5, 8, 10].map((iteration) => iteration - 1);
  expect(steps).toEqual(
    Array.from({ length: 12 }, (_, index) => (expected.includes(index) ? 10 : Number.NaN)),
  );
});

test('count the episodes that the statistics count', async () => {
  const shader = MEASURED_DRIFT.replace(
    'Step(1.0,',
    'Step(select(1.0, log(-(*state).place), (*state).place > 2.0),',
  );
  const trainer = await smallTrainer({ maxSkippedUpdates: 0 }, measuredDrift({ shader }));
  for (const { agents } of await allReports(trainer)) {
    const { episodes, 'world/steps': steps } = agents[0]!;
    if (episodes.count > 0) expect(steps).toBeCloseTo(episodes.meanLength, 4);
    else expect(steps).toBeNaN();
  }
  trainer.destroy();
});

test('see the params of their episode', async () => {
  const trainer = await smallTrainer(
    { numEnvs: 20 },
    measuredDrift({ params: { A: { low: 2, high: 3 } } }),
  );
  const [report] = await allReports(trainer);
  trainer.destroy();
  expect(report!.agents[0]!['world/a']).toBeGreaterThan(2.2);
  expect(report!.agents[0]!['world/a']).toBeLessThan(2.8);
});

test('go on from a checkpoint bit for bit', async () => {
  const trainer = await smallTrainer({ totalTimesteps: 60 * 8 }, measuredDrift());
  for await (const { iteration } of trainer) if (iteration === 3) break;
  const checkpoint = await trainer.save();
  const resumed = await restoreTrainer({ gpu, checkpoint });
  const agentsOf = async (from: typeof trainer) =>
    (await allReports(from)).map(({ agents }) => agents);
  expect(await agentsOf(resumed)).toEqual(await agentsOf(trainer));
  trainer.destroy();
  resumed.destroy();
});

test('do not disturb evaluations and episodes', async () => {
  const plain = unmeasured(MEASURED_DRIFT.replace(/fn metrics[\s\S]*$/, ''));
  const [trainer, other] = [await smallTrainer({}, measuredDrift()), await smallTrainer({}, plain)];
  await allReports(trainer);
  await allReports(other);
  expect(await trainer.parameters()).toEqual(await other.parameters());
  const options = { episodes: 9, seed: 4 };
  expect(await trainer.evaluate(options)).toMatchObject(await other.evaluate(options));
  for await (const { state } of trainer.play(options)) {
    expect(Object.keys(state)).toEqual(['place', 'steps']);
    break;
  }
  trainer.destroy();
  other.destroy();
});

describe('of an evaluation', () => {
  const KEYS = ['world/steps', 'world/place', 'world/a'] as const;
  const played = async (options: EvaluateOptions, changes: Partial<EnvironmentDefinition> = {}) => {
    const trainer = await smallTrainer({ numAgents: 2 }, measuredDrift(changes));
    const evaluation = await trainer.evaluate({ perEpisode: true, greedy: false, ...options });
    trainer.destroy();
    return evaluation;
  };
  /** What a summary must say of these episodes. */
  const meansOf = (results: readonly EpisodeResult[]) =>
    KEYS.map((key) => mean(results.filter(({ ended }) => ended).map((result) => result[key]!)));

  test('are those of each episode, and means over them', async () => {
    const { results, perAgent, ...all } = await played({ episodes: 70, seed: 3 });
    for (const [agent, list] of results!.entries()) {
      expect(list.map((result) => result['world/steps'])).toEqual(list.map(({ length }) => length));
      expect(list.every((result) => result['world/a'] === 0.75)).toBe(true);
      const summary = KEYS.map((key) => perAgent[agent]![key]);
      for (const [index, value] of meansOf(list).entries()) {
        expect(summary[index]).toBeCloseTo(value, 9);
      }
    }
    expect(all['world/place']).toBeCloseTo(meansOf(results!.flat())[1]!, 9);
    expect(new Set(results!.flat().map((result) => result['world/place'])).size).toBe(140);
  });

  test('are measured in the states in which the episodes end', async () => {
    const trainer = await smallTrainer({}, measuredDrift());
    const options = { episodes: 4, seed: 8 };
    const { results } = await trainer.evaluate({ ...options, perEpisode: true });
    const places: unknown[] = [];
    for await (const { episode, nextState } of trainer.play(options)) {
      places[episode] = nextState.place;
    }
    trainer.destroy();
    expect(results![0]!.map((result) => result['world/place'])).toEqual(places);
  });

  test('are NaN where an episode is abandoned, and left out of the means', async () => {
    const { results, ...all } = await played({ episodes: 40, seed: 3, maxSteps: 15 });
    const ended = results!.flat().filter((result) => result.ended);
    expect(ended.length).toBeGreaterThan(2);
    expect(ended.length).toBeLessThan(78);
    for (const result of results!.flat()) {
      expect(result['world/steps']).toBe(result.ended ? result.length : Number.NaN);
    }
    expect(all['world/steps']).toBeCloseTo(meansOf(results!.flat())[0]!, 9);
  });

  test('see the params that the evaluation fixes', async () => {
    const changes = { params: { A: { low: 2, high: 3 } } };
    const { results } = await played({ episodes: 5, params: { A: 2.5 } }, changes);
    expect(results!.flat().map((result) => result['world/a'])).toEqual(Array(10).fill(2.5));
  });
});

describe('logs', () => {
  const reports = (async () => {
    const trainer = await smallTrainer({}, measuredDrift());
    const found = await allReports(trainer);
    trainer.destroy();
    return found;
  })();

  test('have them in the lines of metrics.jsonl', async () => {
    const text = (await reports).map(formatMetricLine).join('');
    const { lines, problems } = readMetrics(new TextEncoder().encode(text));
    expect(problems).toEqual([]);
    expect(lines.map(({ agents }) => agents[0])).toEqual(
      (await reports).map(({ agents }) => agents[0]),
    );
    expect(lines[2]!.agents[0]!['world/steps']).toBeGreaterThan(0);
  });

  test('have them under their names for TensorBoard', async () => {
    const sink = new MemorySink();
    const logger = tensorBoardLogger({ open: () => sink });
    for (const report of await reports) logger.log({ type: 'iteration', report });
    await logger.close();
    const values = readEvents(sink.bytes()).flatMap((event) => event.values);
    const scalars = values.filter(({ tag }) => tag === 'world/steps').map(({ scalar }) => scalar);
    const wanted = (await reports).map(({ agents }) => Math.fround(agents[0]!['world/steps']!));
    expect(scalars).toEqual(wanted.filter(Number.isFinite));
    expect(scalars.length).toBeGreaterThan(1);
  });
});

describe('a description', () => {
  const refusal = (metrics: unknown) => () => checkedEnvironment({ ...measuredDrift(), metrics });

  test.each<readonly [string, unknown, string]>([
    ['an empty list', [], 'metrics must list at least one name, but it is an empty list'],
    ['a name', 'score', 'metrics must list at least one name, but it is "score"'],
    ['a number', [1], 'metrics[0] must be a name of letters, digits and underscores, but it is 1'],
    [
      'a slash',
      ['a/b'],
      'metrics[0] must be a name of letters, digits and underscores, but it is "a/b"',
    ],
    ['a name twice', ['a', 'b', 'a'], 'metrics has "a" more than once'],
  ])('with %s is refused', (_, metrics, words) => {
    expect(refusal(metrics)).toThrow(words);
  });

  test('and its module must agree', () => {
    const check = (environment: EnvironmentDefinition) => () => checkEnvironmentModule(environment);
    expect(check(drift(DRIFT, { metrics: ['steps'] }))).toThrow(
      /^my\/drift\.wesl:\d+: defines no fn metrics\(State\) -> Metrics$/,
    );
    expect(check(unmeasured(MEASURED_DRIFT))).toThrow(
      /^my\/drift\.wesl:\d+: metrics would never be called; name what it measures in the description of Drift-v0, e\.g\. metrics: \['score'\]$/,
    );
    expect(
      check(
        measuredDrift({ shader: MEASURED_DRIFT.replace('metrics(state: State)', 'metrics()') }),
      ),
    ).toThrow(/metrics must be fn metrics\(State\) -> Metrics$/);
  });
});
