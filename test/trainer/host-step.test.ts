/** A host step between the sum of the gradients and their norm, as a sum over machines is one. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import type { Reduce } from '../../src/update/update';
import { openTestGpu } from '../support/gpu';
import { allReports, SMALL, smallTrainer } from './training';

const gpu = await openTestGpu();

/** The parameters and the reports, but for the clock. */
async function train(config: Partial<PpoConfig>, reduce?: Reduce) {
  const trainer = await smallTrainer(config, undefined, { reduce });
  const reports = (await allReports(trainer)).map(({ agents }) => agents);
  const parameters = await trainer.parameters();
  trainer.destroy();
  return { reports, words: new Uint32Array(parameters.buffer, 0, parameters.length) };
}

/** Reads a tensor back and writes it `factor` times as large. */
async function scale(tensor: Parameters<typeof readTensor>[1], factor: number): Promise<void> {
  const values = new Float32Array(await readTensor(gpu, tensor));
  writeTensor(
    gpu,
    tensor,
    values.map((value) => factor * value),
  );
}

const PLANS = [
  ['layered', { hiddenSizes: [7] }],
  ['fused', { hiddenSizes: [7, 5] }],
  ['fused, in several rows of sums', { hiddenSizes: [7, 5], numEnvs: 64, numSteps: 16 }],
] as const;
const UPDATES = 3 * SMALL.numMinibatches! * SMALL.updateEpochs!;

test.each(PLANS)('one that changes nothing and waits leaves every byte, %s', async (_, config) => {
  const totalTimesteps = 3 * (config as Partial<PpoConfig>).numEnvs! * 16 || SMALL.totalTimesteps!;
  const whole = { totalTimesteps, ...config };
  let calls = 0;
  const waiting: Reduce = async ({ gradients }) => {
    calls += 1;
    await scale(gradients, 1);
    await setTimeout(1);
  };
  const [alone, accompanied] = [await train(whole), await train(whole, waiting)];
  expect(calls).toBe(UPDATES);
  expect(accompanied).toEqual(alone);
});

test.each(PLANS)('what it does to the sums reaches norm and optimizer, %s', async (_, config) => {
  const small = { ...config, ...{ numEnvs: 64, numSteps: 8, maxGradNorm: 1e9 } };
  const once = { ...small, numMinibatches: 1, updateEpochs: 1, totalTimesteps: 64 * 8 };
  const doubling: Reduce = ({ gradients }) => scale(gradients, 2);
  const [alone, doubled] = [await train(once), await train(once, doubling)];
  const norm = (run: typeof alone): number => run.reports[0]![0]!['losses/grad_norm'];
  expect(norm(doubled)).toBe(2 * norm(alone));
});

test('what it throws is what the loop throws', async () => {
  const failing: Reduce = async () => {
    throw new Error('rank 1 is gone');
  };
  const trainer = await smallTrainer({}, undefined, { reduce: failing });
  await expect(allReports(trainer)).rejects.toThrow('rank 1 is gone');
  trainer.destroy();
});

test.skipIf(!gpu.hasTimestamps)('it takes part in an iteration that is profiled', async () => {
  let calls = 0;
  const counting: Reduce = async () => {
    calls += 1;
  };
  const trainer = await smallTrainer({}, undefined, { reduce: counting });
  await trainer.profile();
  trainer.destroy();
  expect(calls).toBe(UPDATES / 3);
});
