/** The metrics of a world's own, from its module to the logs. */
import { describe, expect, test } from 'vitest';
import { checkedEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import { checkEnvironmentModule } from '../../src/environments/interface-check';
import { formatMetricLine, readMetrics } from '../../src/logging/metric-lines';
import { MemorySink } from '../../src/logging/sink';
import { tensorBoardLogger } from '../../src/logging/tensorboard';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import { DRIFT, drift } from '../environments/drift';
import { readEvents } from '../formats/read-events';
import { openTestGpu } from '../support/gpu';
import { allReports, smallTrainer } from './training';

const gpu = await openTestGpu();

/** Counts its own steps, and measures them and where it ends. */
const SHADER = `import package::environments::interface::Metrics;
${DRIFT.replace('place: f32,', 'place: f32, steps: u32,')
  .replace('State(random(rng))', 'State(random(rng), 0u)')
  .replace('return Step(', '(*state).steps += 1u;\n  return Step(')}
fn metrics(state: State) -> Metrics {
  return Metrics(f32(state.steps), state.place, constants::A);
}
`;

const measured = (changes: Partial<EnvironmentDefinition> = {}): EnvironmentDefinition =>
  drift(SHADER, { metrics: ['steps', 'place', 'a'], params: { A: 0.75 }, ...changes });

/** Without metrics in the description. */
function unmeasured(shader: string): EnvironmentDefinition {
  const { metrics: _, ...plain } = measured({ shader });
  return plain;
}

/** Kernels of the fused rollout and of the layered one. */
const WIDTHS = [[[4, 3]], [[4]]];

test.each(WIDTHS)('are means over the episodes that ended, %j', async (hiddenSizes) => {
  const trainer = await smallTrainer(
    { hiddenSizes, numAgents: 2, numEnvs: 70, numMinibatches: 7, totalTimesteps: 5 * 840 },
    measured(),
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
    measured({ maxEpisodeSteps: 10, shader: SHADER.replace('> 3.0', '> 30.0') }),
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
  const shader = SHADER.replace(
    'Step(1.0,',
    'Step(select(1.0, log(-(*state).place), (*state).place > 2.0),',
  );
  const trainer = await smallTrainer({ maxSkippedUpdates: 0 }, measured({ shader }));
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
    measured({ params: { A: { low: 2, high: 3 } } }),
  );
  const [report] = await allReports(trainer);
  trainer.destroy();
  expect(report!.agents[0]!['world/a']).toBeGreaterThan(2.2);
  expect(report!.agents[0]!['world/a']).toBeLessThan(2.8);
});

test('go on from a checkpoint bit for bit', async () => {
  const trainer = await smallTrainer({ totalTimesteps: 60 * 8 }, measured());
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
  const plain = unmeasured(SHADER.replace(/fn metrics[\s\S]*$/, ''));
  const [trainer, other] = [await smallTrainer({}, measured()), await smallTrainer({}, plain)];
  await allReports(trainer);
  await allReports(other);
  expect(await trainer.parameters()).toEqual(await other.parameters());
  const options = { episodes: 9, seed: 4 };
  expect(await trainer.evaluate(options)).toEqual(await other.evaluate(options));
  for await (const { state } of trainer.play(options)) {
    expect(Object.keys(state)).toEqual(['place', 'steps']);
    break;
  }
  trainer.destroy();
  other.destroy();
});

describe('logs', () => {
  const reports = (async () => {
    const trainer = await smallTrainer({}, measured());
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
  const refusal = (metrics: unknown) => () => checkedEnvironment({ ...measured(), metrics });

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
    expect(check(unmeasured(SHADER))).toThrow(
      /^my\/drift\.wesl:\d+: metrics would never be called; name what it measures in the description of Drift-v0, e\.g\. metrics: \['score'\]$/,
    );
    expect(
      check(measured({ shader: SHADER.replace('metrics(state: State)', 'metrics()') })),
    ).toThrow(/metrics must be fn metrics\(State\) -> Metrics$/);
  });
});
