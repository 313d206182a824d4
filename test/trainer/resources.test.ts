/** What the loop may not do: make objects on the device, or keep memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { rolloutBindings } from '../../src/rollout/fused-rollout';
import { openTestGpu } from '../support/gpu';
import { stillThere } from '../support/still-there';
import { smallTrainer } from './training';

const gpu = await openTestGpu();

const CREATORS = [
  'createBuffer',
  'createTexture',
  'createQuerySet',
  'createBindGroup',
  'createBindGroupLayout',
  'createPipelineLayout',
  'createShaderModule',
  'createComputePipeline',
  'createComputePipelineAsync',
] as const;

const spies = new Map<string, MockInstance>();
beforeEach(() => {
  for (const name of CREATORS) spies.set(name, vi.spyOn(gpu.device, name));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const counts = (): Record<string, number> =>
  Object.fromEntries([...spies].map(([name, spy]) => [name, spy.mock.calls.length]));

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapMegabytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

const ENVS = 4096;
const STEPS = 4;
const TINY = {
  numEnvs: ENVS,
  numSteps: STEPS,
  totalTimesteps: 51 * ENVS * STEPS,
  numMinibatches: 1,
  updateEpochs: 1,
  hiddenSizes: [4],
};

const OPTIONS = [
  ['as it comes', {}],
  ['normalized', { normObs: true, normReward: true, clipReward: 10 }],
] as const;

/** Networks of two hidden layers run in the fused kernels. */
const FUSED = OPTIONS.map(
  ([name, config]) => [`fused, ${name}`, { ...config, hiddenSizes: [4, 3] }] as const,
);

test.each([...OPTIONS, ...FUSED])(
  '50 iterations with 4,096 environments create nothing on the device and hold memory flat, %s',
  async (_, config) => {
    const trainer = await smallTrainer({ ...TINY, ...config });
    let [created, early] = [counts(), 0];
    // What is counted at all: a spy that sees nothing would prove nothing.
    expect(created).toMatchObject({ createComputePipelineAsync: expect.any(Number) });
    expect(created.createBuffer).toBeGreaterThan(10);
    expect(created.createBindGroup).toBeGreaterThan(10);
    for await (const { iteration } of trainer) {
      if (iteration === 1) created = counts();
      if (iteration === 10) early = heapMegabytes();
      if (iteration === 51) expect(heapMegabytes()).toBeLessThan(early + 4);
    }
    expect(counts()).toEqual(created);
    trainer.destroy();
  },
);

test.each([
  ...OPTIONS.map(([name, config]) => [8, name, config] as const),
  ...FUSED.map(([name, config]) => [rolloutBindings('normObs' in config), name, config] as const),
])('no kernel has more than %i storage bindings, %s', async (most, _, config) => {
  // The activation that keeps the most, and an action that is a list.
  const trainer = await smallTrainer({ activation: 'silu', ...config });
  const layouts = vi.mocked(gpu.device.createBindGroupLayout).mock.calls.map(([layout]) => layout);
  expect(layouts.length).toBeGreaterThan(10);
  for (const { label, entries } of layouts) {
    const storage = [...entries].filter(({ buffer }) => /storage/.test(buffer?.type ?? ''));
    expect(storage.length, label).toBeGreaterThan(0);
    expect(storage.length, label).toBeLessThanOrEqual(most);
  }
  trainer.destroy();
});

test.each([[[7]], [[7, 5]]])('a trainer of %o frees all that it made', async (hiddenSizes) => {
  const trainer = await smallTrainer({ hiddenSizes });
  for await (const { iteration } of trainer) if (iteration === 2) trainer.stop();
  await trainer.evaluate({ episodes: 3 });
  trainer.destroy();
  const buffers = vi.mocked(gpu.device.createBuffer).mock.results.map(({ value }) => value);
  expect(buffers.length).toBeGreaterThan(20);
  expect(await stillThere(gpu, buffers as GPUBuffer[])).toEqual([]);
});

test.each([[[7]], [[7, 5]]])('an evaluation of %o frees what it made', async (hiddenSizes) => {
  const trainer = await smallTrainer({ hiddenSizes });
  const before = counts().createBuffer!;
  const made = vi.mocked(gpu.device.createBuffer).mock.results;
  await trainer.evaluate({ episodes: 3 });
  const buffers = made.slice(before).map(({ value }) => value as GPUBuffer);
  expect(buffers.length).toBeGreaterThan(0);
  // Records that kernels share are kept for the next evaluation.
  const scratch = buffers.filter(({ label }) => label !== 'uniforms');
  expect(await stillThere(gpu, scratch)).toEqual([]);
  trainer.destroy();
});
