import { describe, expect, test } from 'vitest';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { adam } from '../../src/kernels/adam';
import { packAgents } from '../../src/trainer/agent-record';
import { ADAM_BETAS, adamStep, initialAdamState } from '../reference/adam';
import { expectClose } from '../reference/expect-close';
import { agentRecord, agentsTensor } from '../support/agents';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime();

interface Hyper {
  readonly learning_rate: number;
  readonly critic_learning_rate: number;
  readonly clip_factor: number;
  readonly adam_eps: number;
  readonly weight_decay: number;
  readonly applies: number;
}

const PLAIN: Hyper = {
  learning_rate: 0.01,
  critic_learning_rate: 0.01,
  clip_factor: 1,
  adam_eps: 1e-8,
  weight_decay: 0,
  applies: 1,
};

/** The critic's share of `count` parameters. */
const criticOf = (count: number) => ({
  begin: Math.floor(count / 3),
  end: Math.floor((2 * count) / 3),
});

/** Runs one step per gradient [step][agent][P]; returns what the device holds at the end. */
async function runAdam(
  hyper: readonly Hyper[],
  start: readonly (readonly number[])[],
  gradients: readonly (readonly (readonly number[])[])[],
  startUpdates = 0,
) {
  const agents = hyper.length;
  const count = start[0]!.length;
  const records = agentsTensor(runtime, hyper);
  const parameters = floats(runtime, [agents, count], start.flat());
  const optimizer = floats(runtime, [agents, 2, count]);
  const gradient = floats(runtime, [agents, count]);
  const faults = runtime.arena.declare('faults', [agents], 'u32');
  runtime.arena.allocate();
  for (const [step, own] of gradients.entries()) {
    writeTensor(runtime.gpu, gradient, Float32Array.from(own.flat()));
    const updates = startUpdates + step + 1;
    writeTensor(runtime.gpu, records, packAgents(hyper.map((h) => agentRecord({ ...h, updates }))));
    const groups = [{ ...criticOf(count), rate: 1 }];
    await runDispatches(runtime, [
      adam(runtime, {
        ...{ agents: records, faults, gradients: gradient },
        ...{ parameters, optimizer, groups },
      }),
    ]);
  }
  return {
    parameters: await readFloats(runtime, parameters),
    optimizer: await readFloats(runtime, optimizer),
    faults: [...new Uint32Array(await readTensor(runtime.gpu, faults)).slice(0, agents)],
  };
}

/** The same by the twin, for one agent. */
function twinAdam(
  hyper: Hyper,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
) {
  const { begin, end } = criticOf(start.length);
  const settings = {
    ...ADAM_BETAS,
    learningRate: (p: number): number =>
      p >= begin && p < end ? hyper.critic_learning_rate : hyper.learning_rate,
    epsilon: hyper.adam_eps,
    weightDecay: hyper.weight_decay,
  };
  let current = { parameters: [...start], state: initialAdamState(start.length) };
  for (const gradient of gradients) {
    const clipped = gradient.map((g) => g * hyper.clip_factor);
    current = adamStep(current.parameters, clipped, current.state, settings);
  }
  return current;
}

const HYPER: readonly Hyper[] = [
  { ...PLAIN, clip_factor: 0.1, adam_eps: 1e-5, critic_learning_rate: 0.03 },
  { ...PLAIN, learning_rate: 0.003, critic_learning_rate: 0.001, weight_decay: 0.5 },
];

describe.each([1, 300, 70001])('%d parameters', (count) => {
  const steps = count > 1000 ? 2 : 7;
  const start = HYPER.map((_, agent) => randomFloats(count, 20 + agent));
  const gradients = Array.from({ length: steps }, (_, step) =>
    HYPER.map((_, agent) => randomFloats(count, 100 * step + agent, 2)),
  );

  test('go where the twin goes, each agent with its own settings', async () => {
    const found = await runAdam(HYPER, start, gradients);
    for (const [agent, hyper] of HYPER.entries()) {
      const own = gradients.map((step) => step[agent]!);
      const twin = twinAdam(hyper, start[agent]!, own);
      const before = start[agent]!;
      const moved = found.parameters
        .slice(agent * count, (agent + 1) * count)
        .map((value, p) => value - before[p]!);
      // Of the way gone, not of where it leads: a parameter near 1 hides a step of 0.01.
      const way = twin.parameters.map((value, p) => value - before[p]!);
      expectClose(moved, way, 1e-4);
      const moments = found.optimizer.slice(2 * agent * count, 2 * (agent + 1) * count);
      expectClose(moments.slice(0, count), [...twin.state.firstMoment], 2e-6);
      expectClose(moments.slice(count), [...twin.state.secondMoment], 2e-6);
    }
  });
});

test('the first step is the learning rate against the sign of the gradient', async () => {
  const hyper = { ...PLAIN, learning_rate: 0.125, critic_learning_rate: 0.25 };
  const { parameters } = await runAdam([hyper], [[1, 1, 1]], [[[2, -3, 0]]]);
  expectClose(parameters, [0.875, 1.25, 1], 1e-6);
});

test('weight decay shrinks a parameter without a gradient', async () => {
  const hyper = { ...PLAIN, learning_rate: 0.5, weight_decay: 0.5 };
  const { parameters } = await runAdam([hyper], [[8]], [[[0]], [[0]]]);
  expect(parameters).toEqual([4.5]);
});

test('an agent whose update does not apply keeps every byte, the other moves', async () => {
  const held = { ...PLAIN, applies: 0 };
  const { parameters, optimizer } = await runAdam([held, PLAIN], [[1], [1]], [[[2], [2]]]);
  expect(parameters[0]).toBe(1);
  expect(optimizer.slice(0, 2)).toEqual([0, 0]);
  expectClose(parameters.slice(1), [0.99], 1e-6);
});

test('a parameter that has never had a gradient stays where it is, whatever ε', async () => {
  const hyper = { ...PLAIN, learning_rate: 0.5, adam_eps: 0 };
  const { parameters, faults } = await runAdam([hyper], [[8, 4]], [[[0, 3]], [[0, 3]]]);
  expect(parameters[0]).toBe(8);
  expect(parameters[1]).toBeLessThan(4);
  expect(faults).toEqual([0]);
});

test('an agent with a parameter that is no longer finite is marked, and no other', async () => {
  const start = Array.from({ length: 700 }, (_, p) => (p === 650 ? 3e38 : 1));
  const gradient = start.map(() => -1);
  const far = { ...PLAIN, learning_rate: 2e38 };
  const { parameters, faults } = await runAdam(
    [PLAIN, far, { ...far, applies: 0 }],
    [start, start, start],
    [[gradient, gradient, gradient]],
  );
  expect(parameters[700 + 650]).toBe(Number.POSITIVE_INFINITY);
  expect(parameters.filter((value) => !Number.isFinite(value))).toHaveLength(1);
  expect(faults).toEqual([0, 1, 0]);
});

test.each([2, 9, 100, 5000, 1_000_000, 2 ** 32 - 1])(
  'bias correction holds at update %d',
  async (t) => {
    const hyper = { ...PLAIN, learning_rate: 1 };
    const { parameters } = await runAdam([hyper], [[0]], [[[3]]], t - 1);
    // From m = v = 0: mHat = 0.1 g / (1 - 0.9^t), vHat = 0.001 g^2 / (1 - 0.999^t)
    const mHat = 0.3 / (1 - 0.9 ** t);
    const vHat = 0.009 / (1 - 0.999 ** t);
    expectClose(parameters, [-mHat / Math.sqrt(vHat)], 2e-6);
  },
);
