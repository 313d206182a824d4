/** The schedule's kernel alone: counts and rates near the ends of the documented ranges. */
import { describe, expect, test } from 'vitest';
import { LOSS_SETTINGS } from '../../src/config/loss-terms';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import { AGENT_FIELDS, AGENT_WORDS, type AgentFields } from '../../src/trainer/agent-record';
import { scheduleStage } from '../../src/trainer/schedule';
import { declareStatistics, STATISTICS } from '../../src/update/ppo-loss';
import { expectClose } from '../reference/expect-close';
import { adaptKlCoef, annealFactor } from '../reference/ppo';
import { agentsTensor } from '../support/agents';
import { openRuntime, runDispatches } from '../support/run-dispatches';

const runtime = await openRuntime();

/** 0, 1 and 2 of `ANNEAL_CHOICES`: one agent each. */
const CHOICES = [false, 'linear', 'cosine'] as const;

/**
 * The agents after the end of an iteration, when `finished` of a run's iterations had been finished
 * before.
 */
async function nextIteration(finished: number, iterations: number) {
  const agents = agentsTensor(
    runtime,
    CHOICES.map((_, anneal) => ({
      iteration: finished % 2 ** 32,
      iteration_high: Math.floor(finished / 2 ** 32),
      iterations: iterations % 2 ** 32,
      iterations_high: Math.floor(iterations / 2 ** 32),
      anneal_lr: anneal,
      initial_learning_rate: 0.5,
      initial_critic_learning_rate: 0.25,
    })),
  );
  const statistics = declareStatistics(runtime.arena, { agents: CHOICES.length, updates: 1 });
  runtime.arena.allocate();
  const learning = { statistics, minibatches: 1 };
  await runDispatches(runtime, scheduleStage(runtime, agents, learning).dispatches);
  const bytes = await readTensor(runtime.gpu, agents);
  return CHOICES.map((anneal, agent) => {
    const word = (name: keyof AgentFields): number => {
      const place = agent * AGENT_WORDS + AGENT_FIELDS.findIndex(([field]) => field === name);
      const isFloat = AGENT_FIELDS.find(([field]) => field === name)![1] === 'f32';
      return (isFloat ? new Float32Array(bytes) : new Uint32Array(bytes))[place]!;
    };
    return {
      anneal,
      iteration: word('iteration_high') * 2 ** 32 + word('iteration'),
      rates: [word('learning_rate'), word('critic_learning_rate')],
    };
  });
}

/** Finished iterations, and those of the whole run. */
const CASES = [
  [0, 1],
  [0, 7],
  [5, 7],
  [16_777_300, 16_777_302],
  [0, 2 ** 32 + 1],
  [2 ** 32 - 1, 2 ** 32 + 1],
  [2 ** 32 - 2, 2 ** 40 + 3],
  [2 ** 47 + 12_345, 2 ** 48],
  [2 ** 48 - 2 ** 20 - 1, 2 ** 48],
] as const;

describe.each(CASES)('after %d of %d iterations and one more', (finished, iterations) => {
  const found = nextIteration(finished, iterations);

  test('the count is one higher', async () => {
    for (const { iteration } of await found) expect(iteration).toBe(finished + 1);
  });

  test('the rates are those of the twin, to the last digits of f32', async () => {
    for (const { anneal, rates } of await found) {
      const factor = annealFactor(anneal, (iterations - finished - 1) / iterations);
      expectClose(rates, [0.5 * factor, 0.25 * factor], 1e-6, 1e-30);
    }
  });
});

describe('an adaptive klCoef', () => {
  const DESIRED = 0.01;
  const PLACE = AGENT_FIELDS.length + LOSS_SETTINGS.findIndex(({ name }) => name === 'kl_coef');

  /** Where iterations of a divergence each lead, for every agent, [iterations][K]. */
  async function adapt(coefficients: readonly number[], divergences: readonly number[]) {
    const agents = agentsTensor(
      runtime,
      coefficients.map((kl_coef) => ({ desired_kl: DESIRED, loss: { kl_coef } })),
    );
    const sizes = { agents: coefficients.length, updates: 1 };
    const statistics = declareStatistics(runtime.arena, sizes);
    runtime.arena.allocate();
    const learning = { statistics, minibatches: 1 };
    const { dispatches } = scheduleStage(runtime, agents, learning);
    const found: number[][] = [];
    for (const kl of divergences) {
      const row = STATISTICS.map((name) => (name === 'approx_kl' ? kl : 1));
      const rows = coefficients.flatMap(() => row);
      writeTensor(runtime.gpu, statistics, Float32Array.from(rows));
      await runDispatches(runtime, dispatches);
      const floats = new Float32Array(await readTensor(runtime.gpu, agents));
      found.push(coefficients.map((_, agent) => floats[agent * AGENT_WORDS + PLACE]!));
    }
    return found;
  }

  const STARTS = [0, 1e-6, 0.3, 1, 700, 1e3];

  test.each([
    ['above 1.5 desiredKl', [0.0151, 0.0151]],
    ['between', [0.0149, 0.0067]],
    ['below desiredKl / 1.5', [0.0066, 0]],
  ] as const)('goes where the twin goes: %s', async (_, divergences) => {
    let expected: readonly number[] = STARTS;
    for (const [i, found] of (await adapt(STARTS, divergences)).entries()) {
      expected = expected.map((coefficient) => adaptKlCoef(coefficient, divergences[i]!, DESIRED));
      for (const [agent, coefficient] of expected.entries()) {
        expectClose([found[agent]!], [coefficient], 1e-6);
      }
    }
  });

  test.each([
    ['down to 1e-6 and back to 1', 0, 1e-6, 1],
    ['up to 1e3 and back', 1, 1e3, 0],
  ])('goes %s', async (_, first, bound, then) => {
    const there = Array.from({ length: 170 }, () => first);
    const back = Array.from({ length: 20 }, () => then);
    const found = (await adapt([1], [...there, ...back])).flat();
    expectClose([found[169]!], [bound], 1e-6);
    expectClose([found[189]!], [bound === 1e3 ? 1e3 / 2 ** 20 : 1e-6 * 2 ** 20], 1e-6);
  });
});

test.each([0, 1, 2 ** 32 + 5])(
  '%d iterations beyond the end the annealed rates are 0',
  async (beyond) => {
    const iterations = 2 ** 33 + 1;
    const [constant, linear, cosine] = await nextIteration(iterations - 1 + beyond, iterations);
    expect(constant!.rates).toEqual([0.5, 0.25]);
    expect([...linear!.rates, ...cosine!.rates]).toEqual([0, 0, 0, 0]);
  },
);
