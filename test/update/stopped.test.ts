/** What an agent whose updates of the iteration are over leaves alone, beside one that goes on. */
import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { distributionFor } from '../../src/distributions/distribution';
import { elementCount, type Tensor } from '../../src/gpu/arena';
import { writeTensor } from '../../src/gpu/readback';
import { MOMENTS_WORDS } from '../../src/kernels/moments';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { LAYERED } from '../../src/network/kernel-plan';
import {
  declareRolloutBuffer,
  declareValueBuffer,
  rolloutSizes,
} from '../../src/rollout/rollout-buffer';
import type { LayeredUpdate } from '../../src/update/layered-update';
import { Update } from '../../src/update/update';
import { agentsTensor } from '../support/agents';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
  words,
} from '../support/run-dispatches';
import { taskWithout } from './golden-update';

/** Odd, and enough for lanes to be neurons in the second layer. */
const SAMPLES = 71;

/**
 * One step of two agents, of which the first has stopped; whether each half of a tensor has
 * changed.
 */
async function stepStopped(activation: 'tanh' | 'silu', targetKl: number) {
  const runtime = await openRuntime();
  const distribution = distributionFor({ type: 'box', low: [-1], high: [1] });
  const task = taskWithout(distribution, 3);
  const sizes = { observationSize: 3, hiddenSizes: [16, 12], activation };
  const layout = layoutActorCritic({ ...sizes, ...distribution });
  const count = layout.parameterCount;
  const own = randomFloats(count, 3);
  const parameters = floats(runtime, [2, count], [...own, ...own]);
  const rollout = rolloutSizes(2, SAMPLES, 1, task);
  const update = new Update(runtime, {
    ...{ plan: LAYERED.update, task, layout, config: { ...DEFAULT_CONFIG, targetKl } },
    agents: agentsTensor(runtime, [{ stopped: 1 }, {}]),
    rollout: declareRolloutBuffer(runtime.arena, rollout, task),
    values: declareValueBuffer(runtime.arena, rollout),
    sizes: {
      ...{ agents: 2, envs: SAMPLES, steps: 1, batch: SAMPLES, minibatch: SAMPLES },
      ...{ minibatches: 1, epochs: 1, updates: 1, iterations: 1 },
    },
    parameters: { tensor: parameters, count },
    optimizer: floats(runtime, [2, 2, count]),
    faults: words(runtime, [2]),
    batchMoments: floats(runtime, [2, 2, MOMENTS_WORDS]),
  });
  runtime.arena.allocate();
  const fill = (tensor: Tensor): void => {
    const size = elementCount(tensor.shape);
    writeTensor(runtime.gpu, tensor, Float32Array.from(randomFloats(size, 9)));
  };
  const { loss, partials } = update.gradients as LayeredUpdate;
  for (const tensor of [update.minibatch.tensor, loss.outputs, partials]) fill(tensor);
  const halves = async (tensor: Tensor): Promise<readonly string[]> => {
    const values = await readFloats(runtime, tensor);
    const half = values.length / 2;
    return [values.slice(0, half), values.slice(half)].map(String);
  };
  const watched = { outputs: loss.outputs, partials, parameters };
  const read = async () =>
    Promise.all(Object.values(watched).map(async (tensor) => halves(tensor)));
  const before = await read();
  await runDispatches(
    runtime,
    update.step().flatMap(({ dispatches }) => dispatches),
  );
  const after = await read();
  const changed = after.map((both, i) => both.map((half, agent) => half !== before[i]![agent]));
  return Object.fromEntries(Object.keys(watched).map((name, i) => [name, changed[i]]));
}

test.each(['tanh', 'silu'] as const)('%s: neither networks nor parameters move', async (name) => {
  expect(await stepStopped(name, 0.01)).toEqual({
    outputs: [false, true],
    partials: [false, true],
    parameters: [false, true],
  });
});

test('where no agent can stop its networks run, and the parameters still do not move', async () => {
  expect(await stepStopped('tanh', 0)).toMatchObject({
    outputs: [true, true],
    parameters: [false, true],
  });
});
