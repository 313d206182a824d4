import { expect, test } from 'vitest';
import { type Dispatch, read, write } from '../../src/gpu/kernel';
import { Rng, threefry4x32, type Words } from '../../src/kernels/rng';
import { expectClose } from '../reference/expect-close';
import { KNOWN_ANSWERS } from '../reference/known-answers';
import random from '../shaders/random.wesl';
import {
  openRuntime,
  readFloats,
  readWords,
  runDispatches,
  words,
} from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/random': random });

/** Blocks [n] and numbers [n][8] of the device's generators. */
async function draw(seeds: readonly { readonly key: Words; readonly counter: Words }[]) {
  const count = seeds.length;
  const blocks = words(runtime, [count, 4]);
  const numbers = words(runtime, [count, 8]);
  const values = seeds.flatMap(({ key, counter }) => [...key, ...counter]);
  const dispatch: Dispatch = runtime.kernels.kernel({ shader: 'test/random' }).dispatch({
    shape: { count },
    tensors: {
      seeds: read(words(runtime, [count, 8], values)),
      blocks: write(blocks),
      numbers: write(numbers),
    },
    workgroups: [Math.ceil(count / 64), 1, 1],
  });
  await runDispatches(runtime, [dispatch]);
  const [block, number] = [await readWords(runtime, blocks), await readFloats(runtime, numbers)];
  return seeds.map((_, i) => ({
    block: block.slice(4 * i, 4 * i + 4),
    four: number.slice(8 * i, 8 * i + 4),
    one: number[8 * i + 4]!,
    normal: number[8 * i + 5]!,
  }));
}

test("a block is that of Random123's known answers", async () => {
  const drawn = await draw(KNOWN_ANSWERS.map(([counter, key]) => ({ key, counter })));
  expect(drawn.map(({ block }) => block)).toEqual(KNOWN_ANSWERS.map(([, , result]) => result));
});

const SEEDS = Array.from({ length: 333 }, (_, i) => ({
  key: [i % 7, 0xfffffff0 + (i % 16), 1 + (i % 4), i] as const,
  counter: [i, 3 * i, 1000003 * i, 0] as const,
}));

test('every block is that of the host', async () => {
  const drawn = await draw(SEEDS);
  expect(drawn.map(({ block }) => block)).toEqual(
    SEEDS.map(({ key, counter }) => [...threefry4x32(key, counter)]),
  );
});

test('each call draws the numbers of the next block, the same as on the host', async () => {
  const drawn = await draw(SEEDS);
  const twins = SEEDS.map(({ key, counter: [iteration, step, environment] }) => {
    const rng = new Rng(key, [iteration, step, environment]);
    return { four: [...rng.random4()], one: rng.random(), normal: rng.normal() };
  });
  // Bit for bit: 24 bits of a word fit a float32.
  expect(drawn.map(({ four }) => four)).toEqual(twins.map(({ four }) => four));
  expect(drawn.map(({ one }) => one)).toEqual(twins.map(({ one }) => one));
  expectClose(
    drawn.map(({ normal }) => normal),
    twins.map(({ normal }) => normal),
    1e-5,
  );
});
