/** A run that begins in Node, goes on in Chromium and ends in Node, all on SwiftShader. */
import { describe, expect, it } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { findEnvironment } from '../../src/environments/index';
import { type KernelPlan, LAYERED } from '../../src/network/kernel-plan';
import { requestNodeGpu } from '../../src/node/index';
import { createTrainer } from '../../src/trainer/create-trainer';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import type { TrainerOptions } from '../../src/trainer/trainer-options';
import { chromiumProblem, withPage } from '../support/chromium';
import { libraryPage } from '../support/library-page';

const problem = await chromiumProblem();

/** Iterations in all; each of the three parts is a third. */
const ITERATIONS = 6;
const CONFIG: Partial<PpoConfig> = {
  ...{ seed: 3, numEnvs: 8, numSteps: 16, numMinibatches: 2, updateEpochs: 2, hiddenSizes: [8, 8] },
  ...{ totalTimesteps: 8 * 16 * ITERATIONS, annealLr: 'cosine' },
};
const NORMALIZED: Partial<PpoConfig> = { ...CONFIG, normObs: true, normReward: true };

type Case = readonly [string, string, Partial<PpoConfig>, KernelPlan | undefined];
const CASES: readonly Case[] = [
  ['fused kernels', 'CartPole-v1', CONFIG, undefined],
  ['layered kernels and normalizers', 'Pendulum-v1', NORMALIZED, LAYERED],
];

const SCRIPT = `
  window.goOn = async (bytes, iterations) => {
    const gpu = await library.requestGpu();
    const checkpoint = library.decodeCheckpoint(Uint8Array.from(bytes));
    const { plan } = checkpoint.origin;
    const stop = { afterIterations: iterations };
    const trainer = await library.restoreTrainer({ gpu, checkpoint, plan, stop });
    for await (const report of trainer);
    const saved = Array.from(await trainer.save());
    gpu.destroy();
    return saved;
  };
`;

async function train(trainer: Trainer): Promise<Trainer> {
  for await (const _report of trainer);
  return trainer;
}

/** The bits of every tensor of the state. */
async function stateOf(trainer: Trainer) {
  const { tensors, counters } = await trainer.snapshot();
  const words = Object.entries(tensors).map(([name, { data }]) => [
    name,
    new Uint32Array(data.buffer, data.byteOffset, data.length),
  ]);
  trainer.destroy();
  return { words, counters: { ...counters, seconds: 0 } };
}

async function inChromium(bytes: Uint8Array, iterations: number): Promise<Uint8Array> {
  const files = await libraryPage(SCRIPT);
  const saved = await withPage(files, (page) =>
    page.evaluate(
      ([given, until]) => Reflect.get(window, 'goOn')(given, until) as Promise<number[]>,
      [Array.from(bytes), iterations] as const,
    ),
  );
  return Uint8Array.from(saved);
}

async function broken(options: TrainerOptions): Promise<Trainer> {
  const { gpu } = options;
  const stop = { afterIterations: ITERATIONS / 3 };
  const first = await train(await createTrainer({ ...options, stop }));
  const { plan } = first;
  const begun = await first.save();
  first.destroy();
  const continued = await inChromium(begun, (2 * ITERATIONS) / 3);
  return train(await restoreTrainer({ gpu, checkpoint: continued, plan }));
}

describe.skipIf(problem !== undefined)(
  `a run that goes from Node to Chromium and back${problem ? ` (${problem})` : ''}`,
  () => {
    it.each(CASES)(
      'ends with the same bytes as one that stays in Node: %s',
      async (_, id, config, plan) => {
        const gpu = await requestNodeGpu({ adapter: 'swiftshader' });
        const options = { gpu, environment: findEnvironment(id), config, plan };
        const expected = await stateOf(await train(await createTrainer(options)));
        expect(await stateOf(await broken(options))).toEqual(expected);
        gpu.destroy();
      },
      120_000,
    );
  },
);
