/** Observations that have a kernel of their own come in the order of the rest of the minibatch. */
import { expect, test } from 'vitest';
import { distributionFor } from '../../src/distributions/distribution';
import { elementCount, type Tensor } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import { observationConstants } from '../../src/kernels/observation-bits';
import {
  declareRolloutBuffer,
  declareValueBuffer,
  rolloutSizes,
} from '../../src/rollout/rollout-buffer';
import type { Task } from '../../src/rollout/task';
import { gather } from '../../src/update/gather';
import { gatherObservations } from '../../src/update/gather-observations';
import { declareMinibatch, minibatchRow } from '../../src/update/minibatches';
import { agentsTensor } from '../support/agents';
import { openRuntime, readFloats, runDispatches } from '../support/run-dispatches';
import { taskWithout } from './golden-update';

const [AGENTS, ENVS, STEPS, SAMPLES] = [2, 5, 7, 7] as const;
const runtime = await openRuntime();

function taskOf(size: number, storage: 'f32' | 'u32'): Task {
  const plain = taskWithout(distributionFor({ type: 'discrete', n: 3 }), size);
  return {
    ...{ ...plain, storage, maxEpisodeSteps: 4 },
    program: (shader, constants) => {
      const sizes = observationConstants({ observationSize: size, storage });
      const source = plain.program(shader, { ...sizes, ...constants });
      const aliases = { ...source.aliases, observation_type: `lib/stored/${storage}` };
      const conditions = { ...source.conditions, bits: storage === 'u32' };
      return { ...source, aliases, conditions };
    },
  };
}

/** A minibatch whose old value of every sample is the place of its observation, and all rows. */
async function gathered(size: number, storage: 'f32' | 'u32', word: (place: number) => number) {
  const task = taskOf(size, storage);
  const sizes = rolloutSizes(AGENTS, ENVS, STEPS, task);
  const rollout = declareRolloutBuffer(runtime.arena, sizes, task);
  const values = declareValueBuffer(runtime.arena, sizes);
  const minibatch = declareMinibatch(runtime.arena, AGENTS, SAMPLES, task);
  runtime.arena.allocate();
  const fill = (tensor: Tensor, of: (place: number) => number) => {
    const numbers = Array.from({ length: elementCount(tensor.shape) }, (_, place) => of(place));
    const View = tensor.type === 'u32' ? Uint32Array : Float32Array;
    writeTensor(runtime.gpu, tensor, View.from(numbers));
  };
  fill(rollout.observations, word);
  fill(values.values, (place) => place);
  fill(minibatch.tensor, () => 7);
  const config = { minibatchBy: 'samples' } as const;
  const agents = agentsTensor(runtime, [{ seed_low: 3 }, { seed_low: 9 }]);
  const options = { config, task, agents, rollout, values, minibatch };
  await runDispatches(runtime, [...gatherObservations(runtime, options), gather(runtime, options)]);
  const found = await readFloats(runtime, minibatch.tensor);
  const { stride } = minibatch;
  const row = (agent: number, index: number): number[] => {
    const begin = (agent * minibatch.tensor.shape[1]! + index) * stride;
    return found.slice(begin, begin + stride);
  };
  return { row, task, stride: sizes.stride, words: rollout.observations.shape[2]! };
}

/** All bits of a word differ from those of its neighbours in memory. */
const scramble = (place: number): number => Math.imul(place + 1, 2654435761) >>> 0;

test.each([31, 32, 85, 300])('%i bits become numbers', async (size) => {
  const { row, task, stride, words } = await gathered(size, 'u32', scramble);
  const seen = new Set<number>();
  for (let agent = 0; agent < AGENTS; agent++) {
    const places = row(agent, minibatchRow(task, 'value'));
    for (let i = 0; i < size; i++) {
      const expected = places.slice(0, SAMPLES).map((place) => {
        const [column, at] = [place % stride, Math.floor(place / stride)];
        const word = scramble((at * words + Math.floor(i / 32)) * stride + column);
        return Math.floor(word / 2 ** (i % 32)) % 2;
      });
      expect(row(agent, i)).toEqual([...expected, 0]);
      for (const bit of expected) seen.add(bit);
    }
  }
  expect(seen).toEqual(new Set([0, 1]));
});

test.each([256, 389])('%i numbers are copied', async (size) => {
  const { row, task, stride } = await gathered(size, 'f32', (place) => place + 0.5);
  for (let agent = 0; agent < AGENTS; agent++) {
    const places = row(agent, minibatchRow(task, 'value'));
    for (let i = 0; i < size; i++) {
      const expected = places.slice(0, SAMPLES).map((place) => {
        const [column, at] = [place % stride, Math.floor(place / stride)];
        return (at * size + i) * stride + column + 0.5;
      });
      expect(row(agent, i)).toEqual([...expected, 0]);
    }
  }
});

test('few numbers are left to gather', () => {
  const task = taskOf(255, 'f32');
  expect(gatherObservations(runtime, { task } as never)).toEqual([]);
});
