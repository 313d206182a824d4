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
import { expectClose } from '../reference/expect-close';
import { mlpForward } from '../reference/mlp';
import { layersIn } from '../support/network';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';
import { taskWithout } from '../update/golden-update';

const runtime = await openRuntime();

/** V(s) of every row on the device and from the twin. */
async function computeValues(agents: number, envs: number, steps: number, width: number) {
  const distribution = distributionFor({ type: 'discrete', n: 2 });
  const task = { ...taskWithout(distribution, 3), maxEpisodeSteps: 4 };
  const layout = layoutActorCritic({
    ...{ ...distribution, observationSize: 3, hiddenSizes: [width], activation: 'tanh' },
  });
  const sizes = rolloutSizes(agents, envs, steps, task);
  const rollout = declareRolloutBuffer(runtime.arena, sizes, task);
  const target = declareValueBuffer(runtime.arena, sizes);
  const count = layout.parameterCount;
  const parameters = randomFloats(agents * count, 1, 0.1);
  const block = { tensor: floats(runtime, [agents, count], parameters), count };
  const values = new Values(runtime, layout, block, rollout, target);
  runtime.arena.allocate();
  const observations = randomFloats(elementCount(rollout.observations.shape), 2);
  writeTensor(runtime.gpu, rollout.observations, Float32Array.from(observations));
  const { dispatches } = values.stage();
  await runDispatches(runtime, dispatches);
  const twin = (agent: number, row: number, n: number): number => {
    const field = (f: number): number =>
      observations[((agent * sizes.rows + row) * 3 + f) * sizes.stride + n]!;
    const layers = layersIn(layout.critic!).map(({ inputs, outputs, weightOffset, biasOffset }) => {
      const own = parameters.slice(agent * count, (agent + 1) * count);
      const weight = Array.from({ length: outputs }, (_, o) =>
        own.slice(weightOffset + o * inputs, weightOffset + (o + 1) * inputs),
      );
      return { weight, bias: own.slice(biasOffset, biasOffset + outputs) };
    });
    return mlpForward(layers, [field(0), field(1), field(2)], 'tanh').output[0]!;
  };
  const found = await readFloats(runtime, target.values);
  const places = Array.from({ length: agents * sizes.rows * envs }, (_, i) => ({
    agent: Math.floor(i / (sizes.rows * envs)),
    row: Math.floor(i / envs) % sizes.rows,
    n: i % envs,
  }));
  return {
    rows: sizes.rows,
    dispatches: dispatches.length,
    found: places.map(({ agent, row, n }) => found[(agent * sizes.rows + row) * sizes.stride + n]!),
    twin: places.map(({ agent, row, n }) => twin(agent, row, n)),
  };
}

test('without a critic there is no dispatch', () => {
  const distribution = distributionFor({ type: 'discrete', n: 2 });
  const task = taskWithout(distribution, 3);
  const sizes = { ...distribution, observationSize: 3, hiddenSizes: [4] };
  const layout = layoutActorCritic({ ...sizes, activation: 'tanh', withCritic: false });
  const shape = rolloutSizes(1, 5, 2, task);
  const parameters = floats(runtime, [1, layout.parameterCount]);
  const block = { tensor: parameters, count: layout.parameterCount };
  const rollout = declareRolloutBuffer(runtime.arena, shape, task);
  const target = declareValueBuffer(runtime.arena, shape);
  expect(new Values(runtime, layout, block, rollout, target).stage().dispatches).toEqual([]);
});

test('every row of every agent has its value, final observations included', async () => {
  const { rows, found, twin } = await computeValues(3, 5, 7, 9);
  // 7 steps, the row after them, and a slot for each truncation by a limit of 4.
  expect(rows).toBe(7 + 1 + 2);
  expectClose(found, twin, 2e-6);
});

test('a scratch memory too small for all rows takes several passes', async () => {
  // 2^22 floats hold 2 rows of 2 agents, 512 environments and 2048 hidden units.
  const { rows, dispatches, found, twin } = await computeValues(2, 510, 1, 2048);
  expect(rows).toBe(3);
  expect(dispatches).toBe(2 * 2);
  expectClose(found, twin, 1e-5);
});
