/** A run of the page, with a trainer that only counts. */
import { expect, test, vi } from 'vitest';
import type { Change, News } from '../../page/messages';
import { Gate } from '../../page/worker/gate';
import { Run } from '../../page/worker/run';
import { Timeline } from '../../page/worker/timeline';
import type { IterationReport, Policy, PpoConfig, Trainer, TrainerSnapshot } from '../../src/index';
import { EPISODE_WORD, EPISODE_WORDS } from '../../src/rollout/episode';
import { makeReport } from '../cli/reports';

/** Ten iterations; one of them may fail. */
class CountingTrainer {
  config = { entCoef: 0.01, gamma: 0.99 } as PpoConfig;
  private iteration = 0;

  constructor(private readonly failsAt = Number.POSITIVE_INFINITY) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<IterationReport> {
    while (this.iteration < 10) {
      this.iteration += 1;
      if (this.iteration === this.failsAt) throw new Error('lost');
      yield { ...makeReport(this.iteration, [1]), iterations: 10 };
    }
  }

  async setHyperparameters(config: Partial<PpoConfig>): Promise<void> {
    this.config = { ...this.config, ...config };
  }

  save = async (): Promise<Uint8Array> => new Uint8Array(1);
  policy = async (): Promise<Policy> => ({ parameters: new Float32Array([this.iteration]) });
  /** In each of its two environments, as many episodes of a return have ended. */
  snapshot = async (): Promise<TrainerSnapshot> => {
    const data = new Float32Array(2 * EPISODE_WORDS);
    for (const [index, mean] of [3, 7].entries()) {
      data[index * EPISODE_WORDS + EPISODE_WORD.count] = this.iteration;
      data[index * EPISODE_WORDS + EPISODE_WORD.meanReturn] = mean;
    }
    const episodes = { shape: [1, 2, EPISODE_WORDS], data };
    return { tensors: { episodes } } as unknown as TrainerSnapshot;
  };
  parameters = async (): Promise<Float32Array> => new Float32Array(1);
  stop(): void {}
}

interface Begun {
  readonly run: Run;
  readonly gate: Gate;
  readonly news: News[];
  readonly trainer: CountingTrainer;
  readonly timeline: Timeline;
  /** Iterations of the checkpoints. */
  readonly kept: readonly number[];
}

function begin(changes: readonly Change[] = [], trainer = new CountingTrainer()): Begun {
  const [gate, news] = [new Gate(), [] as News[]];
  const start = { iteration: 0, active: 0, changes };
  const timeline = new Timeline();
  const tell = (each: News): void => void news.push(each);
  const kept: number[] = [];
  const keep = (_: Uint8Array, iteration: number): void => void kept.push(iteration);
  const run = new Run(trainer as unknown as Trainer, start, { gate, timeline, tell, keep });
  return { run, gate, news, trainer, timeline, kept };
}

/** Waits until the run rests after an iteration. */
const untilRest = (news: readonly News[], iteration: number): Promise<void> =>
  vi.waitFor(() => expect(news.at(-1)).toMatchObject({ type: 'fingerprint', iteration }));

const changesOf = (news: readonly News[]) => news.filter((each) => each.type === 'changed');

test('every change that somebody makes is new, also one that was made before', async () => {
  const { run, gate, news } = begin();
  gate.set('pause');
  const training = run.train();
  await untilRest(news, 0);
  for (const [index, entCoef] of [0.05, 0.02, 0.05].entries()) {
    run.change({ entCoef });
    await vi.waitFor(() => expect(changesOf(news).length).toBe(index + 1));
  }
  run.end();
  await training;
  const told = changesOf(news).map(({ change, isNew }) => [change.config.entCoef, isNew]);
  expect(told).toEqual([
    [0.05, true],
    [0.02, true],
    [0.05, true],
  ]);
});

test('two planned changes of one field act once, as the last of them', async () => {
  const changes = [0.05, 0.02].map((entCoef) => ({ after: 3, config: { entCoef } }));
  const { run, gate, news, trainer } = begin([...changes, { after: 3, config: { gamma: 0.9 } }]);
  gate.set('pause');
  const training = run.train();
  await untilRest(news, 0);
  for (let iteration = 1; iteration <= 4; iteration++) {
    gate.set('step');
    await untilRest(news, iteration);
    // The changes are looked at again, and nothing is to be done.
    gate.knock();
    const count = news.length;
    await vi.waitFor(() => expect(news.length).toBeGreaterThan(count));
    await untilRest(news, iteration);
  }
  run.end();
  await training;
  const told = changesOf(news).map(({ change, isNew }) => ({ ...change, isNew }));
  expect(told).toEqual([{ after: 3, config: { entCoef: 0.02, gamma: 0.9 }, isNew: false }]);
  expect(trainer.config).toEqual({ entCoef: 0.02, gamma: 0.9 });
});

test.each([
  ['is ended', undefined],
  ['fails', 6],
])('a run that %s tells its last reports before', async (_, failsAt) => {
  const { run, news } = begin([], new CountingTrainer(failsAt));
  const training = run.train().catch(({ message }: Error) => message);
  while (run.iteration < 5) await Promise.resolve();
  if (failsAt === undefined) run.end();
  expect(await training).toBe(failsAt && 'lost');
  const told = news.flatMap((each) => (each.type === 'reports' ? each.reports : []));
  expect(told.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5]);
  // No timer is left that tells more.
  const count = news.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(news.length).toBe(count);
});

test('its moments are kept: policies to go back to, and the returns of episodes', async () => {
  const { run, gate, news, timeline, kept } = begin();
  gate.set('pause');
  const training = run.train();
  await untilRest(news, 0);
  for (let iteration = 1; iteration <= 3; iteration++) {
    gate.set('step');
    await untilRest(news, iteration);
  }
  run.end();
  await training;
  const moments = news.filter((each) => each.type === 'moment');
  expect(moments.map(({ iterations }) => iterations)).toEqual([
    [0],
    [0, 1],
    [0, 1, 2],
    [0, 1, 2, 3],
  ]);
  // Where it rests, it can go on later.
  expect(kept).toEqual([0, 1, 2, 3]);
  // None has ended before the first iteration.
  expect(moments.map(({ returns }) => returns)).toEqual([[], [3, 7], [3, 7], [3, 7]]);
  expect(timeline.at(2)!.parameters).toEqual(new Float32Array([2]));
});
