/** What a run keeps on the device does not grow with the updates and steps of an iteration. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { readTensor } from '../../src/gpu/readback';
import { AGENT_FIELDS } from '../../src/trainer/agent-record';
import { openTestGpu } from '../support/gpu';
import { allReports, smallTrainer } from './training';

const gpu = await openTestGpu();
// What the first trainer of a device measures, such as the size of a State, no later one measures
// again.
(await smallTrainer()).destroy();
beforeEach(() => {
  vi.spyOn(gpu.device, 'createBindGroup');
  vi.spyOn(gpu.device, 'createBuffer');
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Bind groups and buffers that a trainer makes. */
async function objectsOf(config: Partial<PpoConfig>): Promise<readonly number[]> {
  const { createBindGroup, createBuffer } = gpu.device;
  const count = () =>
    [createBindGroup, createBuffer].map((create) => vi.mocked(create).mock.calls.length);
  const before = count();
  const trainer = await smallTrainer(config);
  const made = count().map((after, index) => after - before[index]!);
  trainer.destroy();
  return made;
}

const FORMS = [
  ['layered', { hiddenSizes: [7] }],
  ['fused', { hiddenSizes: [7, 5] }],
  ['adaptive', { hiddenSizes: [7, 5], recomputeAdvantages: true, targetKl: 0.1 }],
] as const;

test.each(FORMS)('it is the same for 2 updates and for 2,560, %s', async (_, config) => {
  const sizes = { ...config, numEnvs: 16, numSteps: 32 };
  const few = await objectsOf({ ...sizes, numMinibatches: 2, updateEpochs: 1 });
  expect(few[0]).toBeGreaterThan(10);
  expect(await objectsOf({ ...sizes, numMinibatches: 256, updateEpochs: 10 })).toEqual(few);
});

test.each([
  ['layered', { hiddenSizes: [7] }],
  ['normalized', { hiddenSizes: [7], normObs: true, layerNorm: true }],
  ['fused', { hiddenSizes: [7, 5] }],
] as const)('it is hardly more for 9,000 steps than for 3,000, %s', async (_, config) => {
  const sizes = { ...config, numEnvs: 1, numMinibatches: 1, updateEpochs: 1 };
  const [few, many] = [
    await objectsOf({ ...sizes, numSteps: 3000 }),
    await objectsOf({ ...sizes, numSteps: 9000 }),
  ];
  // A few more groups, for the next pages of records or the next dispatches of a long fused
  // rollout.
  expect(many[0]! - few[0]!).toBeLessThan(16);
  expect(many[1]! - few[1]!).toBeLessThan(4);
});

test('a long fused rollout is dispatches of at most 1,024 steps', async () => {
  const sizes = { numEnvs: 1, numSteps: 2049, numMinibatches: 1, updateEpochs: 1 };
  const trainer = await smallTrainer({ ...sizes, hiddenSizes: [7, 5] });
  const { dispatches } = trainer.run.stages.find(({ name }) => name === 'rollout')!;
  expect(dispatches.length).toBe(3);
  trainer.destroy();
});

test('the count of an iteration’s updates begins anew with the next', async () => {
  const trainer = await smallTrainer();
  await allReports(trainer);
  const words = new Uint32Array(await readTensor(gpu, trainer.state.agents));
  const word = (name: string): number =>
    words[AGENT_FIELDS.findIndex(([field]) => field === name)]!;
  expect([word('iteration'), word('updates'), word('iteration_update')]).toEqual([3, 12, 0]);
  trainer.destroy();
});
