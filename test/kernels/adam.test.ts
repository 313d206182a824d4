import { describe, test } from 'vitest';
import { initialAgent, packAgents } from '../../src/agent';
import { DEFAULT_CONFIG } from '../../src/config';
import { writeTensor } from '../../src/gpu/readback';
import { adam } from '../../src/kernels/adam';
import { gradientGroups, gradientSum } from '../../src/kernels/reduce';
import { ADAM_BETAS, adamStep, clipFactor, globalNorm, initialAdamState } from '../reference/adam';
import { expectClose } from '../reference/expect-close';
import { agentsTensor } from '../support/agents';
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
  readonly max_grad_norm: number;
  readonly adam_eps: number;
}

/** Runs one step per gradient [step][agent][P]; returns what the device holds at the end. */
async function runAdam(
  hyper: readonly Hyper[],
  start: readonly (readonly number[])[],
  gradients: readonly (readonly (readonly number[])[])[],
  startUpdates = 0,
) {
  const agents = hyper.length;
  const parameterCount = start[0]!.length;
  const records = agentsTensor(runtime, hyper);
  const parameters = floats(runtime, [agents, parameterCount], start.flat());
  const optimizer = floats(runtime, [agents, 2, parameterCount]);
  const partials = floats(runtime, [agents, 1, parameterCount]);
  const gradient = floats(runtime, [agents, parameterCount]);
  const norms = floats(runtime, [agents, gradientGroups(parameterCount)]);
  const statistics = floats(runtime, [agents, gradients.length, 3]);
  for (const [step, own] of gradients.entries()) {
    writeTensor(runtime.gpu, partials, Float32Array.from(own.flat()));
    const updates = startUpdates + step + 1;
    const counted = hyper.map((h) => ({ ...initialAgent(DEFAULT_CONFIG, 0), ...h, updates }));
    writeTensor(runtime.gpu, records, packAgents(counted));
    const sum = { agents, parameters: parameterCount, slices: 1, partials };
    await runDispatches(runtime, [
      gradientSum(runtime, { ...sum, gradients: gradient, norms }),
      adam(runtime, {
        ...{ parameterCount, norms, parameters, optimizer },
        agents: { tensor: records, count: agents },
        gradients: gradient,
        statistics: { tensor: statistics, agentStride: 3 * gradients.length, offset: 3 * step + 2 },
      }),
    ]);
  }
  return {
    parameters: await readFloats(runtime, parameters),
    optimizer: await readFloats(runtime, optimizer),
    statistics: await readFloats(runtime, statistics),
  };
}

/** The same by the twin, for one agent. */
function twinAdam(
  hyper: Hyper,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
) {
  const settings = {
    ...ADAM_BETAS,
    learningRate: hyper.learning_rate,
    epsilon: hyper.adam_eps,
  };
  let current = { parameters: [...start], state: initialAdamState(start.length) };
  for (const gradient of gradients) {
    const factor = clipFactor(globalNorm(gradient), hyper.max_grad_norm);
    const clipped = gradient.map((g) => g * factor);
    current = adamStep(current.parameters, clipped, current.state, settings);
  }
  return current;
}

const HYPER: readonly Hyper[] = [
  // The gradient's norm is near sqrt(P): clipped always, and never.
  { learning_rate: 0.01, max_grad_norm: 0.5, adam_eps: 1e-5 },
  { learning_rate: 0.003, max_grad_norm: 1e4, adam_eps: 1e-8 },
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

  test('the norm before clipping lies where it was asked for, and nothing else', async () => {
    const { statistics } = await runAdam(HYPER, start, gradients);
    const expected = HYPER.flatMap((_, agent) =>
      gradients.flatMap((step) => [0, 0, globalNorm(step[agent]!)]),
    );
    expectClose(statistics, expected, 1e-6);
  });
});

test('the first step is the learning rate against the sign of the gradient', async () => {
  const hyper = { learning_rate: 0.125, max_grad_norm: 100, adam_eps: 1e-8 };
  const { parameters } = await runAdam([hyper], [[1, 1, 1]], [[[2, -3, 0]]]);
  expectClose(parameters, [0.875, 1.125, 1], 1e-6);
});

test.each([2, 9, 100, 5000, 1_000_000])('bias correction holds at update %d', async (t) => {
  const hyper = { learning_rate: 1, max_grad_norm: 100, adam_eps: 1e-8 };
  const { parameters } = await runAdam([hyper], [[0]], [[[3]]], t - 1);
  // From m = v = 0: mHat = 0.1 g / (1 - 0.9^t), vHat = 0.001 g^2 / (1 - 0.999^t)
  const mHat = 0.3 / (1 - 0.9 ** t);
  const vHat = 0.009 / (1 - 0.999 ** t);
  expectClose(parameters, [-mHat / Math.sqrt(vHat)], 2e-6);
});
