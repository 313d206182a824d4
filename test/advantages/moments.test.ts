import { describe, test } from 'vitest';
import { batchMoments, declareMoments } from '../../src/advantages/moments';
import type { Tensor } from '../../src/gpu/arena';
import { minibatchMoments } from '../../src/update/minibatch-moments';
import { expectClose } from '../reference/expect-close';
import { mean, populationVariance } from '../reference/moments';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime();

/** Mean and variance from each Moments record of a tensor. */
async function readMoments(merged: Tensor): Promise<{ mean: number; variance: number }[]> {
  const values = await readFloats(runtime, merged);
  return Array.from({ length: values.length / 3 }, (_, i) => ({
    mean: values[3 * i + 1]!,
    variance: values[3 * i + 2]! / values[3 * i]!,
  }));
}

function declare(agents: number, elements: number, slots: number) {
  const target = declareMoments(runtime.arena, 'test', agents, elements, slots);
  runtime.arena.allocate();
  return target;
}

test('moments of a minibatch are those of one row without its padding', async () => {
  const [agents, rows, stride, samples] = [3, 5, 136, 133];
  const values = randomFloats(agents * rows * stride, 1);
  const target = declare(agents, samples, 1);
  const minibatch = floats(runtime, [agents, rows, stride], values);
  await runDispatches(runtime, minibatchMoments(runtime, minibatch, 2, samples, target));
  for (const [agent, found] of (await readMoments(target.merged)).entries()) {
    const first = (agent * rows + 2) * stride;
    const own = values.slice(first, first + samples);
    expectClose([found.mean, found.variance], [mean(own), populationVariance(own)], 1e-6);
  }
});

describe('moments of a batch', () => {
  const sizes = { agents: 2, envs: 5, stride: 8, steps: 7, rows: 0 };
  const shape = [sizes.agents, sizes.steps, sizes.stride];
  const count = sizes.agents * sizes.steps * sizes.stride;
  const advantages = randomFloats(count, 2);
  const returns = randomFloats(count, 3, 10);

  test('are those of its tensors, in order', async () => {
    const target = declare(sizes.agents, sizes.envs * sizes.steps, 2);
    const tensors = [advantages, returns].map((values) => floats(runtime, shape, values));
    await runDispatches(runtime, batchMoments(runtime, sizes, tensors, target));
    for (const [i, found] of (await readMoments(target.merged)).entries()) {
      const agent = Math.floor(i / 2);
      const of = i % 2 === 0 ? advantages : returns;
      const own = of.filter((_, index) => {
        const ownAgent = Math.floor(index / (sizes.steps * sizes.stride)) === agent;
        return ownAgent && index % sizes.stride < sizes.envs;
      });
      expectClose([found.mean, found.variance], [mean(own), populationVariance(own)], 1e-6);
    }
  });
});
