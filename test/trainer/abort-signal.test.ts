/** What an AbortSignal calls off, and what it leaves behind: nothing. */
import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { checkSignal, untilAborted } from '../../src/trainer/abort-signal';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { TrainerOptions } from '../../src/trainer/trainer-options';
import { clock } from '../rollout/clock';
import { openTestGpu } from '../support/gpu';
import { stillThere } from '../support/still-there';
import { allReports, SMALL, smallTrainer } from './training';

const gpu = await openTestGpu();
const REASON = new Error('not today');
const LONG = { totalTimesteps: 1000 * 60 };

afterEach(() => {
  vi.restoreAllMocks();
});

const create = (given: Partial<TrainerOptions>) =>
  createTrainer({ gpu, environment: cartpole, config: { ...SMALL, ...LONG }, ...given });

describe('a promise that is awaited until a signal', () => {
  const never = new Promise<never>(() => {});

  test('gives its result, or its own error', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7), undefined)).toBe(7);
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
    await expect(untilAborted(Promise.reject(REASON), signal)).rejects.toBe(REASON);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('gives the reason once it is aborted, whatever becomes of the promise', async () => {
    const controller = new AbortController();
    const awaited = untilAborted(never, controller.signal);
    expect(getEventListeners(controller.signal, 'abort').length).toBe(1);
    controller.abort(REASON);
    await expect(awaited).rejects.toBe(REASON);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    // Nobody hears of an error behind it, and the process goes on.
    const late = new Promise<never>((_, reject) => setTimeout(reject, 1, new Error('late')));
    await expect(untilAborted(late, controller.signal)).rejects.toBe(REASON);
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test.each([{}, 'abort', null, new AbortController()])('%o is no signal', (signal) => {
    expect(() => checkSignal(signal)).toThrow('signal must be an AbortSignal');
  });
});

describe('createTrainer', () => {
  test('does nothing at all for a signal that is aborted', async () => {
    const buffers = vi.spyOn(gpu.device, 'createBuffer');
    await expect(create({ signal: AbortSignal.abort(REASON) })).rejects.toBe(REASON);
    expect(buffers).not.toHaveBeenCalled();
    buffers.mockRestore();
  });

  test('refuses what is no signal', async () => {
    const signal = 'no' as unknown as AbortSignal;
    await expect(create({ signal })).rejects.toThrow('signal must be an AbortSignal');
  });

  test('frees everything when it is called off while kernels compile', async () => {
    const controller = new AbortController();
    const buffers = vi.spyOn(gpu.device, 'createBuffer');
    const { device } = gpu;
    const compile = device.createComputePipelineAsync.bind(device);
    let compilations = 0;
    vi.spyOn(device, 'createComputePipelineAsync').mockImplementation((descriptor) => {
      compilations += 1;
      // The first one measures the environment's state, unless a test before this one has.
      if (compilations === 3) controller.abort(REASON);
      return compile(descriptor);
    });
    await expect(create({ signal: controller.signal })).rejects.toBe(REASON);
    const made = buffers.mock.results.map(({ value }) => value as GPUBuffer);
    expect(made.length).toBeGreaterThan(20);
    vi.restoreAllMocks();
    expect(await stillThere(gpu, made)).toEqual([]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('a loop', () => {
  test('rejects with the reason when the signal is aborted in its body', async () => {
    const controller = new AbortController();
    const trainer = await create({ signal: controller.signal });
    let last = 0;
    const loop = async (): Promise<void> => {
      for await (const { iteration } of trainer) {
        last = iteration;
        if (iteration === 3) controller.abort(REASON);
      }
    };
    await expect(loop()).rejects.toBe(REASON);
    expect(last).toBe(3);
    await expect(allReports(trainer)).rejects.toBe(REASON);
    trainer.destroy();
  });

  test('rejects while it waits, and what is read is still what was reported', async () => {
    const controller = new AbortController();
    const trainer = await create({ signal: controller.signal });
    const reports = trainer[Symbol.asyncIterator]();
    await reports.next();
    await reports.next();
    const expected = await trainer.parameters();
    const next = reports.next();
    controller.abort(REASON);
    await expect(next).rejects.toBe(REASON);
    expect(await trainer.parameters()).toEqual(expected);
    expect((await trainer.evaluate({ episodes: 2 })).endedEpisodes).toBe(2);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    trainer.destroy();
    await gpu.idle();
  });
});

describe('an evaluation', () => {
  const endless = {
    ...clock,
    maxEpisodeSteps: null,
    shader: clock.shader.replace('action[0] == 1.0', 'false'),
  };

  test('is called off between two looks at the device; the trainer goes on', async () => {
    const trainer = await smallTrainer({}, endless);
    const buffers = vi.spyOn(gpu.device, 'createBuffer');
    const controller = new AbortController();
    const evaluation = trainer.evaluate({ episodes: 3, signal: controller.signal });
    await trainer.evaluate({ episodes: 1, maxSteps: 50 });
    controller.abort(REASON);
    await expect(evaluation).rejects.toBe(REASON);
    const made = buffers.mock.results.map(({ value }) => value as GPUBuffer);
    buffers.mockRestore();
    // Records that kernels share are kept for the next evaluation.
    const scratch = made.filter(({ label }) => label !== 'uniforms');
    expect(scratch.length).toBeGreaterThan(5);
    expect(await stillThere(gpu, scratch)).toEqual([]);
    expect((await trainer.evaluate({ episodes: 1, maxSteps: 50 })).endedEpisodes).toBe(0);
    expect((await allReports(trainer)).length).toBe(3);
    trainer.destroy();
  });

  test('submits nothing for a signal that is aborted', async () => {
    const trainer = await smallTrainer();
    const submit = vi.spyOn(gpu.device.queue, 'submit');
    const signal = AbortSignal.abort(REASON);
    await expect(trainer.evaluate({ signal })).rejects.toBe(REASON);
    expect(submit).not.toHaveBeenCalled();
    submit.mockRestore();
    trainer.destroy();
  });
});
