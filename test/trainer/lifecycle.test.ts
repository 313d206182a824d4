/** Misuse of a trainer is refused by a sentence, and other trainers of the device go on. */
import { afterEach, describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { GpuError } from '../../src/gpu/device';
import { requestNodeGpu } from '../../src/node/dawn';
import { createTrainer } from '../../src/trainer/create-trainer';
import { TrainerError } from '../../src/trainer/lifecycle';
import type { Trainer } from '../../src/trainer/trainer';
import { clock } from '../rollout/clock';
import { openTestGpu } from '../support/gpu';
import { allReports, SMALL, smallTrainer } from './training';

const gpu = await openTestGpu();
const LONG = { totalTimesteps: 10 * 60 };
const DESTROYED = new TrainerError('the trainer is destroyed; create another one');
const OPEN = new TrainerError(
  'the trainer is already being iterated; leave the loop first (break, or return() of its ' +
    'iterator)',
);

/** Another trainer of the device still works after every test. */
const other = await smallTrainer();
afterEach(async () => {
  gpu.check();
  const { meanReturn } = await other.evaluate({ episodes: 3 });
  expect(meanReturn).toBeGreaterThan(0);
});

const USES: readonly (readonly [string, (trainer: Trainer) => Promise<unknown>])[] = [
  ['evaluate', (trainer) => trainer.evaluate({ episodes: 3 })],
  ['parameters', (trainer) => trainer.parameters()],
  ['profile', (trainer) => trainer.profile()],
  ['a loop', (trainer) => allReports(trainer)],
];

describe('a destroyed trainer', () => {
  test.each(USES)('refuses %s', async (_, use) => {
    const trainer = await smallTrainer();
    trainer.destroy();
    await expect(use(trainer)).rejects.toThrow(DESTROYED);
  });

  test('is destroyed again, and stopped, without harm', async () => {
    const trainer = await smallTrainer();
    trainer.destroy();
    trainer.destroy();
    trainer.stop();
    await trainer.settled();
  });

  test('ends the loop that it was destroyed in, with its next report', async () => {
    const trainer = await smallTrainer(LONG);
    let last = 0;
    const loop = async (): Promise<void> => {
      for await (const { iteration } of trainer) {
        last = iteration;
        if (iteration === 3) trainer.destroy();
      }
    };
    await expect(loop()).rejects.toThrow(DESTROYED);
    expect(last).toBe(3);
  });

  test('may be left by break', async () => {
    const trainer = await smallTrainer(LONG);
    for await (const { iteration } of trainer) {
      if (iteration !== 2) continue;
      trainer.destroy();
      break;
    }
  });

  test('ends a loop that waits for the device', async () => {
    const trainer = await smallTrainer(LONG);
    const reports = allReports(trainer);
    trainer.destroy();
    await expect(reports).rejects.toThrow(DESTROYED);
  });

  test('ends an evaluation that has begun, or that is in the middle of its episodes', async () => {
    // No episode ends, so that an evaluation lasts for 100,000 steps.
    const endless = { ...clock, shader: clock.shader.replace('action[0] == 1.0', 'false') };
    const trainer = await smallTrainer({}, { ...endless, maxEpisodeSteps: null });
    const long = trainer.evaluate({ episodes: 3 });
    await trainer.evaluate({ episodes: 1, maxSteps: 50 });
    const begun = trainer.evaluate({ episodes: 3 });
    trainer.destroy();
    const results = await Promise.allSettled([long, begun]);
    const refused = { status: 'rejected', reason: DESTROYED };
    expect(results).toEqual([refused, refused]);
  });

  test('still delivers parameters that were asked for before', async () => {
    const trainer = await smallTrainer();
    const expected = await trainer.parameters();
    const parameters = trainer.parameters();
    trainer.destroy();
    expect(await parameters).toEqual(expected);
  });
});

describe('a loop over a trainer', () => {
  test('that is being iterated is refused, and the first one goes on', async () => {
    const trainer = await smallTrainer(LONG);
    const [first, second] = await Promise.allSettled([allReports(trainer), allReports(trainer)]);
    expect(second).toEqual({ status: 'rejected', reason: OPEN });
    const reports = first.status === 'fulfilled' ? first.value : [];
    expect(reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    trainer.destroy();
  });

  test('is refused within the body of another', async () => {
    const trainer = await smallTrainer(LONG);
    const seen: number[] = [];
    for await (const { iteration } of trainer) {
      seen.push(iteration);
      if (iteration === 2) await expect(allReports(trainer)).rejects.toThrow(OPEN);
    }
    expect(seen.length).toBe(10);
    trainer.destroy();
  });

  test('goes on where an iterator was, once that is given back', async () => {
    const trainer = await smallTrainer(LONG);
    const iterator = trainer[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.iteration).toBe(1);
    await expect(allReports(trainer)).rejects.toThrow(OPEN);
    await iterator.return();
    const [first] = await allReports(trainer);
    expect(first!.iteration).toBe(2);
    expect(await allReports(trainer)).toEqual([]);
    trainer.destroy();
  });

  test('goes on after an error in the body of another', async () => {
    const trainer = await smallTrainer(LONG);
    const loop = async (): Promise<void> => {
      for await (const { iteration } of trainer) if (iteration === 4) throw new Error('mine');
    };
    await expect(loop()).rejects.toThrow('mine');
    expect((await allReports(trainer)).map(({ iteration }) => iteration)).toEqual([
      5, 6, 7, 8, 9, 10,
    ]);
    trainer.destroy();
  });
});

describe('a device that was closed', () => {
  const CLOSED = /^the device was closed \(Gpu\.destroy\)/;
  const openOwn = async () => {
    const own = await requestNodeGpu();
    const trainer = await createTrainer({ gpu: own, environment: cartpole, config: SMALL });
    return { own, trainer };
  };

  test.each(USES)('refuses %s', async (_, use) => {
    const { own, trainer } = await openOwn();
    own.destroy();
    const error = await use(trainer).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GpuError);
    expect((error as GpuError).message).toMatch(CLOSED);
  });

  test.each(USES)('ends %s that waits for it', async (_, use) => {
    const { own, trainer } = await openOwn();
    const pending = use(trainer).catch((reason: unknown) => reason);
    own.destroy();
    const error = await pending;
    expect(error).toBeInstanceOf(GpuError);
    expect((error as GpuError).message).toMatch(CLOSED);
    trainer.destroy();
  });

  test('is named by createTrainer, before and while it compiles', async () => {
    const own = await requestNodeGpu();
    const options = { gpu: own, environment: cartpole, config: SMALL };
    // The size of the environment's state is known from now on, and the next trainer compiles at
    // once.
    (await createTrainer(options)).destroy();
    const pending = createTrainer({ ...options, config: { ...SMALL, hiddenSizes: [9] } });
    const rejected = expect(pending).rejects.toThrow(CLOSED);
    await Promise.resolve();
    own.destroy();
    await rejected;
    await expect(createTrainer(options)).rejects.toThrow(CLOSED);
    await expect(createTrainer(options)).rejects.toBeInstanceOf(GpuError);
  });
});
