/** Discrete distributions under masks: what is allowed, and nothing else, has a probability. */
import { describe, expect, test } from 'vitest';
import { distributionConstants, distributionFor } from '../../src/distributions/distribution';
import { read, write } from '../../src/gpu/kernel';
import { expectClose } from '../reference/expect-close';
import { Rng } from '../reference/rng';
import shader from '../shaders/mask.wesl';
import { completedMask, maskWords } from '../support/mask-words';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';
import { type DistributionCase, MASKED_CASES } from './cases';

const runtime = await openRuntime({ 'test/mask': shader });

type Masks = readonly (readonly boolean[])[];

function chunk(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}

/** What the device makes of logits [n][D] under masks [n][D]. */
async function evaluate(own: DistributionCase, logits: readonly number[][], masks: Masks) {
  const distribution = distributionFor(own.space, own.options);
  const { actionSize, distributionSize, maskWords: words } = distribution;
  const [n, width] = [logits.length, 2 + actionSize + words];
  const results = floats(runtime, [n, width]);
  const samples = floats(runtime, [n, actionSize]);
  const kernel = runtime.kernels.kernel({
    shader: 'test/mask',
    constants: distributionConstants(distribution),
    aliases: { distribution: distribution.shader },
  });
  const dispatch = kernel.dispatch({
    shape: { count: n },
    tensors: {
      logits: read(floats(runtime, [n, distributionSize], logits.flat())),
      masks: read(floats(runtime, [n, words], masks.flatMap(maskWords))),
      results: write(results),
      samples: write(samples),
    },
    workgroups: [Math.ceil(n / 64), 1, 1],
  });
  await runDispatches(runtime, [dispatch]);
  const actions = chunk(await readFloats(runtime, samples), actionSize);
  return chunk(await readFloats(runtime, results), width).map((row, i) => ({
    entropy: row[0]!,
    mode: row.slice(1, 1 + actionSize),
    logProb: row[1 + actionSize]!,
    words: row.slice(2 + actionSize),
    action: actions[i]!,
  }));
}

/** Whether a mask allows every number of an action. */
function allows({ space }: DistributionCase, mask: readonly boolean[], action: readonly number[]) {
  const nvec = space.type === 'multi-discrete' ? space.nvec : [mask.length];
  let first = 0;
  return nvec.every((n, c) => {
    first += n;
    return mask[first - n + action[c]!];
  });
}

describe.each(MASKED_CASES)('$name', (own) => {
  const { twin, space } = own;
  const size = twin.parameterCount;
  const masksOf = (count: number, seed: number): boolean[][] =>
    chunk(randomFloats(count * size, seed), size).map((row, n) =>
      row.map((value) => n % 7 !== 3 && value > 0),
    );
  const N = 2003;
  const logits = chunk(randomFloats(N * size, 1, 2), size);
  const masks = masksOf(N, 2);

  test('samples, mode, entropy and log-probability are those of the allowed logits', async () => {
    const rows = await evaluate(own, logits, masks);
    let different = 0;
    for (const [n, row] of rows.entries()) {
      const policy = twin.masked!(masks[n]!);
      expect(row.mode).toEqual(policy.mode(logits[n]!));
      expectClose([row.entropy], [policy.entropy(logits[n]!)], 5e-6, 1);
      expectClose([row.logProb], [policy.logProb(logits[n]!, row.action)], 5e-6, 1);
      const rng = new Rng({ seed: 7, stream: 1, domain: 0 }, 0, 0, n);
      const drawn = policy.sample(logits[n]!, rng);
      different += Number(String(drawn) !== String(row.action));
    }
    // A random number within a rounding of the border between two choices may go either way.
    expect(different).toBeLessThanOrEqual(2);
  });

  test('nothing forbidden is drawn or preferred, however large its logit', async () => {
    const wild = logits.map((row, n) =>
      row.map((logit, d) => (masks[n]![d] ? logit : 300 - logit)),
    );
    for (const [n, row] of (await evaluate(own, wild, masks)).entries()) {
      const mask = completedMask(space, masks[n]!);
      expect(allows(own, mask, row.action)).toBe(true);
      expect(allows(own, mask, row.mode)).toBe(true);
      expect(Number.isFinite(row.entropy) && Number.isFinite(row.logProb)).toBe(true);
    }
  });

  test('a mask is the same after its way through memory', async () => {
    for (const [n, row] of (await evaluate(own, logits, masks)).entries()) {
      expect(row.words).toEqual(maskWords(masks[n]!));
    }
  });
});

test('one allowed choice is certain: entropy 0, log-probability 0', async () => {
  const five = MASKED_CASES[1]!;
  const mask = [false, false, true, false, false];
  const [row] = await evaluate(five, [[9, 8, -7, 6, 5]], [mask]);
  expect(row).toMatchObject({ mode: [2], action: [2], logProb: 0 });
  expect(Math.abs(row!.entropy)).toBe(0);
});

test('three equal allowed choices out of five have entropy log 3', async () => {
  const five = MASKED_CASES[1]!;
  const mask = [true, false, true, true, false];
  const [row] = await evaluate(five, [[1, 50, 1, 1, 50]], [mask]);
  expectClose([row!.entropy, row!.logProb], [Math.log(3), -Math.log(3)], 1e-6);
});

test('where a mask allows nothing, everything counts as allowed', async () => {
  const two = MASKED_CASES[0]!;
  const [none, all] = await evaluate(
    two,
    [
      [0, Math.log(3)],
      [0, Math.log(3)],
    ],
    [
      [false, false],
      [true, true],
    ],
  );
  expect(none!.entropy).toBe(all!.entropy);
  // p = 1/4 and 3/4
  expectClose([none!.entropy], [-(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75))], 1e-6);
});

test('the last allowed choice takes what rounding leaves, never a forbidden one', async () => {
  // At logits of 1e5 the two probabilities are 0.4989 each: 2 in 1000 draws lie beyond both.
  const logits = Array.from({ length: 20_011 }, () => [1e5, 1e5, 1e5, 0, 0]);
  const masks = logits.map(() => [true, true, false, false, false]);
  const rows = await evaluate(MASKED_CASES[1]!, logits, masks);
  expect(new Set(rows.map(({ action }) => action[0]))).toEqual(new Set([0, 1]));
});
