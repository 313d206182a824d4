/** Rows of bits as networks read them. */
import { expect, test } from 'vitest';
import { Values } from '../../src/advantages/values';
import { distributionFor } from '../../src/distributions/distribution';
import { elementCount } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import { layoutActorCritic } from '../../src/network/actor-critic';
import {
  declareRolloutBuffer,
  declareValueBuffer,
  rolloutSizes,
} from '../../src/rollout/rollout-buffer';
import { inputRow, unpackObservations } from '../../src/rollout/unpack-observations';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';
import { taskWithout } from '../update/golden-update';

const runtime = await openRuntime();

const [AGENTS, ENVS, STEPS] = [3, 70 * 4 - 3, 5] as const;
const distribution = distributionFor({ type: 'discrete', n: 2 });

/** The buffers of the same rollout with bits and with numbers, filled with the same. */
function declareBoth(size: number) {
  const task = { ...taskWithout(distribution, size), maxEpisodeSteps: 4 };
  const sizes = rolloutSizes(AGENTS, ENVS, STEPS, task);
  const numbers = declareRolloutBuffer(runtime.arena, sizes, task);
  const bits = declareRolloutBuffer(runtime.arena, sizes, { ...task, storage: 'u32' });
  runtime.arena.allocate();
  const words = Uint32Array.from(
    randomFloats(elementCount(bits.observations.shape), size),
    (value) => value * 2 ** 31,
  );
  writeTensor(runtime.gpu, bits.observations, words);
  const count = bits.observations.shape[2]!;
  const values = Float32Array.from(
    { length: elementCount(numbers.observations.shape) },
    (_, place) => {
      const [column, rest] = [place % sizes.stride, Math.floor(place / sizes.stride)];
      const [field, row] = [rest % size, Math.floor(rest / size)];
      const word = words[(row * count + Math.floor(field / 32)) * sizes.stride + column]!;
      return Math.floor(word / 2 ** (field % 32)) % 2;
    },
  );
  writeTensor(runtime.gpu, numbers.observations, values);
  return { sizes, bits, numbers, values };
}

test.each([1, 31, 32, 33, 85])('unpacks some rows of %i bits for every agent', async (size) => {
  const { sizes, bits, values } = declareBoth(size);
  const [firstRow, count] = [2, 3];
  await runDispatches(runtime, unpackObservations(runtime, bits, firstRow, count));
  const found = await readFloats(runtime, bits.unpacked!);
  const { tensor, offset, agentStride, rowStride } = inputRow(bits, firstRow);
  expect(tensor).toBe(bits.unpacked);
  for (let agent = 0; agent < AGENTS; agent++) {
    const begin = offset + agent * agentStride;
    const expected = (agent * sizes.rows + firstRow) * rowStride;
    expect(found.slice(begin, begin + count * rowStride)).toEqual([
      ...values.slice(expected, expected + count * rowStride),
    ]);
  }
  expect(values.some((value) => value === 1)).toBe(true);
});

test.each([1, 2, 3])('values are those of numbers, %i rows at a time', async (rowsAtOnce) => {
  const size = 85;
  const { sizes, bits, numbers } = declareBoth(size);
  const layout = layoutActorCritic({
    ...{ ...distribution, observationSize: size, hiddenSizes: [9], activation: 'tanh' },
  });
  const { parameterCount: count } = layout;
  const parameters = { tensor: floats(runtime, [AGENTS, count], randomFloats(AGENTS * count, 1)) };
  const unpacked = runtime.arena.declare('few rows', [AGENTS, rowsAtOnce, size, sizes.stride]);
  const [found, expected] = [{ ...bits, unpacked }, numbers].map((rollout) => {
    const target = declareValueBuffer(runtime.arena, sizes);
    const values = new Values(runtime, layout, { ...parameters, count }, rollout, target);
    runtime.arena.allocate();
    return { target, dispatches: values.stage().dispatches };
  });
  await runDispatches(runtime, [...found!.dispatches, ...expected!.dispatches]);
  const values = await readFloats(runtime, found!.target.values);
  expect(values).toEqual(await readFloats(runtime, expected!.target.values));
  expect(new Set(values).size).toBeGreaterThan(AGENTS * ENVS);
});
