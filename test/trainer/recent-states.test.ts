/** What is read is what was reported, although the device runs ahead. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { readTensor } from '../../src/gpu/readback';
import { RecentStates } from '../../src/trainer/recent-states';
import type { Trainer } from '../../src/trainer/trainer';
import { floats, openRuntime, readFloats, words } from '../support/run-dispatches';
import { allReports, smallTrainer } from './training';

const runtime = await openRuntime();
const { gpu } = runtime;

describe('recent states', () => {
  const [moving, counting] = [floats(runtime, [3], [0, 0, 0]), words(runtime, [5])];
  const states = new RecentStates(runtime.arena, { moving, counting }, 2);
  runtime.arena.allocate();

  /** Keeps the state of an iteration, then lets the next one change it. */
  function iterate(iteration: number): void {
    const encoder = gpu.device.createCommandEncoder();
    states.keep(encoder, iteration);
    gpu.device.queue.submit([encoder.finish()]);
    gpu.device.queue.writeBuffer(moving.buffer, 0, new Float32Array(3).fill(iteration + 1));
    gpu.device.queue.writeBuffer(counting.buffer, 0, new Uint32Array(5).fill(iteration + 1));
  }

  const after = async (iteration: number): Promise<number[]> => {
    const tensors = states.after(iteration);
    const count = new Uint32Array(await readTensor(gpu, tensors.counting))[4]!;
    return [...(await readFloats(runtime, tensors.moving)), count];
  };

  test('hold the states of the latest iterations, and the tensors the newest', async () => {
    for (const iteration of [0, 1, 2]) iterate(iteration);
    expect(await after(1)).toEqual([1, 1, 1, 1]);
    expect(await after(2)).toEqual([2, 2, 2, 2]);
    expect(await after(3)).toEqual([3, 3, 3, 3]);
    expect(states.after(3)).toEqual({ moving, counting });
  });

  test('do not change when the same state is kept again', async () => {
    iterate(3);
    const encoder = gpu.device.createCommandEncoder();
    states.keep(encoder, 3);
    gpu.device.queue.submit([encoder.finish()]);
    expect(await after(3)).toEqual([3, 3, 3, 3]);
  });
});

const BATCH = 60;
const ITERATIONS = 7;

/** Nothing in them depends on the length of the run. */
const FORMS: readonly (readonly [string, Partial<PpoConfig>])[] = [
  ['layered', { hiddenSizes: [7] }],
  ['fused', { hiddenSizes: [7, 5] }],
  ['layered population', { hiddenSizes: [7], numAgents: 2, normObs: true }],
  ['fused population', { hiddenSizes: [7, 5], numAgents: 2, normObs: true }],
];

const run = (config: Partial<PpoConfig>, iterations = ITERATIONS): Promise<Trainer> =>
  smallTrainer({ ...config, annealLr: false, totalTimesteps: BATCH * iterations });

/** What shorter runs end with, by their iterations: their parameters and their first evaluation. */
async function shorterRun(config: Partial<PpoConfig>, iterations: number) {
  const trainer = await run(config, Math.max(1, iterations));
  if (iterations > 0) await allReports(trainer);
  const parameters = await trainer.parameters();
  const evaluation = await trainer.evaluate({ episodes: 5 });
  trainer.destroy();
  return { parameters, evaluation };
}

describe.each(FORMS)('of a run, %s,', (_, config) => {
  test('the parameters in the body of the loop are those of the report at hand', async () => {
    const trainer = await run(config);
    const seen = [await trainer.parameters()];
    for await (const _report of trainer) seen.push(await trainer.parameters());
    expect(await trainer.parameters()).toEqual(seen.at(-1));
    trainer.destroy();
    expect(seen.length).toBe(ITERATIONS + 1);
    for (const iterations of [0, 1, 3, 5, 6, 7]) {
      const { parameters } = await shorterRun(config, iterations);
      expect(seen[iterations], `after ${iterations}`).toEqual(parameters);
    }
  });

  test('an evaluation in the body, and after break, is that of the report at hand', async () => {
    const expected = await shorterRun(config, 3);
    const inBody = await run(config);
    for await (const { iteration } of inBody) {
      if (iteration < 3) continue;
      expect(await inBody.evaluate({ episodes: 5 })).toEqual(expected.evaluation);
      break;
    }
    inBody.destroy();
    const afterBreak = await run(config);
    for await (const { iteration } of afterBreak) if (iteration === 3) break;
    expect(await afterBreak.parameters()).toEqual(expected.parameters);
    expect(await afterBreak.evaluate({ episodes: 5 })).toEqual(expected.evaluation);
    afterBreak.destroy();
  });
});

test('an evaluation that nobody awaits is not touched by the iterations after it', async () => {
  const expected = await shorterRun({}, 2);
  const trainer = await run({});
  let evaluation: Promise<unknown> = Promise.resolve();
  for await (const { iteration } of trainer) {
    if (iteration === 2) evaluation = trainer.evaluate({ episodes: 5 });
  }
  expect(await evaluation).toEqual(expected.evaluation);
  trainer.destroy();
});

test('while the loop waits, the last report that it yielded counts', async () => {
  const expected = await shorterRun({}, 3);
  const trainer = await run({});
  const reports = trainer[Symbol.asyncIterator]();
  for (let iteration = 1; iteration <= 3; iteration++) await reports.next();
  const next = reports.next();
  expect(await trainer.parameters()).toEqual(expected.parameters);
  expect((await next).value?.iteration).toBe(4);
  trainer.destroy();
});

test('the device is two iterations ahead all the same', async () => {
  const expected = await shorterRun({}, 5);
  const trainer = await run({});
  for await (const { iteration } of trainer) {
    if (iteration < 3) continue;
    const bytes = await readTensor(gpu, trainer.state.parameters);
    const live = new Float32Array(bytes, 0, expected.parameters.length);
    expect(live).toEqual(expected.parameters);
    break;
  }
  trainer.destroy();
});

test.skipIf(!gpu.hasTimestamps)('a profiled iteration changes no report at hand', async () => {
  const expected = await shorterRun({}, 4);
  const trainer = await run({});
  for await (const { iteration } of trainer) {
    if (iteration === 2) await trainer.profile();
    if (iteration === 4) break;
  }
  // Iterations 3 and 4 were submitted before the profiled one.
  expect(await trainer.parameters()).toEqual(expected.parameters);
  trainer.destroy();
  const ended = await run({}, 4);
  await allReports(ended);
  await ended.profile();
  expect(await ended.parameters()).toEqual(expected.parameters);
  ended.destroy();
});
