import { describe, expect, test } from 'vitest';
import { distributionConstants, distributionFor } from '../../src/distributions/distribution';
import { read, write } from '../../src/gpu/kernel';
import { expectClose } from '../reference/expect-close';
import { mean, populationVariance } from '../reference/moments';
import { Rng } from '../reference/rng';
import shader from '../shaders/distribution.wesl';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';
import { DISTRIBUTION_CASES, type DistributionCase } from './cases';

const runtime = await openRuntime({ 'test/distribution': shader });

type Rows = readonly (readonly number[])[];

function chunk(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}

/** All that the device says of parameters [n][D] and actions [n][A]. */
async function evaluate(
  { space, options, twin }: DistributionCase,
  parameters: Rows,
  actions?: Rows,
) {
  const { parameterCount, actionSize } = twin;
  const distribution = distributionFor(space, options);
  const n = parameters.length;
  const width = 2 + 2 * parameterCount + 2 * actionSize;
  const results = floats(runtime, [n, width]);
  const samples = floats(runtime, [n, actionSize]);
  const kernel = runtime.kernels.kernel({
    shader: 'test/distribution',
    constants: distributionConstants(distribution),
    aliases: { distribution: distribution.shader },
  });
  const dispatch = kernel.dispatch({
    shape: { count: n },
    tensors: {
      parameters: read(floats(runtime, [n, parameterCount], parameters.flat())),
      actions: read(floats(runtime, [n, actionSize], actions?.flat())),
      results: write(results),
      samples: write(samples),
    },
    workgroups: [Math.ceil(n / 64), 1, 1],
  });
  await runDispatches(runtime, [dispatch]);
  const rows = chunk(await readFloats(runtime, results), width).map((row) => ({
    logProb: row[0]!,
    entropy: row[1]!,
    dLogProb: row.slice(2, 2 + parameterCount),
    dEntropy: row.slice(2 + parameterCount, 2 + 2 * parameterCount),
    mode: row.slice(2 + 2 * parameterCount, 2 + 2 * parameterCount + actionSize),
    executed: row.slice(2 + 2 * parameterCount + actionSize),
  }));
  return { rows, samples: chunk(await readFloats(runtime, samples), actionSize) };
}

const keyedRng = (n: number): Rng => new Rng({ seed: 7, stream: 1, domain: 0 }, 0, 0, n);

/** Actions drawn by the twin, as float32. */
function twinSamples({ twin }: DistributionCase, parameters: Rows): number[][] {
  return parameters.map((p, n) => twin.sample(p, keyedRng(n)).map(Math.fround));
}

/** Checks every function at every row against the twin's. */
async function expectTwin(distribution: DistributionCase, parameters: Rows, actions: Rows) {
  const { twin } = distribution;
  const { rows } = await evaluate(distribution, parameters, actions);
  for (const [n, row] of rows.entries()) {
    const [p, action] = [parameters[n]!, actions[n]!];
    expectClose([row.logProb], [twin.logProb(p, action)], 5e-6, 1);
    expectClose([row.entropy], [twin.entropy(p)], 5e-6, 1);
    expectClose(row.dLogProb, twin.dLogProb(p, action), 5e-6, 1);
    expectClose(row.dEntropy, twin.dEntropy(p), 5e-6, 1);
    expect(row.mode).toEqual(twin.mode(p));
    expectClose(row.executed, twin.executed(action), 1e-6, 1);
  }
}

describe.each(DISTRIBUTION_CASES)('$name', (distribution) => {
  const { space, options, twin, extremes, std } = distribution;
  const { parameterCount, actionSize } = twin;
  const randomRows = (count: number, seed: number): number[][] =>
    chunk(randomFloats(count * parameterCount, seed), parameterCount);

  test('has the sizes of its twin', () => {
    expect(distributionFor(space, options)).toMatchObject({
      distributionSize: parameterCount,
      actionSize,
    });
    const { headSize, freeSize } = distributionFor(space, options);
    expect(headSize + freeSize).toBe(parameterCount);
  });

  test('has the values and derivatives of its twin', async () => {
    const parameters = randomRows(101, 1);
    await expectTwin(distribution, parameters, twinSamples(distribution, parameters));
  });

  test('has them at the edge of what training meets too', async () => {
    await expectTwin(distribution, extremes, twinSamples(distribution, extremes));
    // The least likely action as well.
    const modes = extremes.map((p) => twin.mode(p.map((value) => -value)));
    if (space.type !== 'box') await expectTwin(distribution, extremes, modes);
  });

  test('draws the samples of its twin', async () => {
    const parameters = randomRows(2003, 2);
    const { samples } = await evaluate(distribution, parameters);
    const twins = twinSamples(distribution, parameters);
    // WGSL grants cos an error of 2^-11, and a normal number is a cos times less than 6.
    const slack = (n: number, a: number): number =>
      std ? 6 * 2 ** -11 * std(parameters[n]!, a) : 0;
    const different = samples.filter((sample, n) =>
      sample.some((value, a) => !(Math.abs(value - twins[n]![a]!) <= slack(n, a))),
    );
    // A random number within a rounding of the border between two choices may go either way.
    expect(different.length).toBeLessThanOrEqual(2);
  });

  test('draws as often as it says: the derivative of log p averages to 0', async () => {
    const [one] = randomRows(1, 3);
    const parameters = Array.from({ length: 20_011 }, () => one!);
    const { samples } = await evaluate(distribution, parameters);
    const { rows } = await evaluate(distribution, parameters, samples);
    for (let d = 0; d < parameterCount; d += 1) {
      const scores = rows.map((row) => row.dLogProb[d]!);
      const standardError = Math.sqrt(populationVariance(scores) / scores.length);
      expect(Math.abs(mean(scores))).toBeLessThan(4.5 * standardError);
    }
    const surprises = rows.map((row) => -row.logProb);
    const standardError = Math.sqrt(populationVariance(surprises) / surprises.length);
    expect(Math.abs(mean(surprises) - rows[0]!.entropy)).toBeLessThan(4.5 * standardError);
  });
});

test('two equal choices are as likely as each other, and the mode is the first', async () => {
  const { rows } = await evaluate(DISTRIBUTION_CASES[0]!, [[3, 3]], [[1]]);
  expectClose([rows[0]!.logProb, rows[0]!.entropy], [-Math.LN2, Math.LN2], 1e-6);
  expect(rows[0]).toMatchObject({ dLogProb: [-0.5, 0.5], mode: [0] });
});
