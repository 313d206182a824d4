import { describe, expect, test } from 'vitest';
import { read, write } from '../../src/gpu/kernel';
import { permutation } from '../reference/permutation';
import type { Words } from '../reference/rng';
import shader from '../shaders/permutation.wesl';
import { openRuntime, readWords, runDispatches, words } from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/permutation': shader });
/** SwiftShader needs a minute where lavapipe needs seconds. */
const swiftshader = /swiftshader/i.test(runtime.gpu.adapter.name);

const KEYS: readonly Words[] = [
  [0, 0, 0, 0],
  [0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8],
];

/** Runs the device's permutation and reads the first `room` places and the number of faults. */
async function permute(size: number, key: Words, room: number) {
  const places = words(runtime, [room]);
  const faults = words(runtime, [1]);
  const groups = Math.min(1024, Math.ceil(size / 256));
  const dispatch = runtime.kernels.kernel({ shader: 'test/permutation' }).dispatch({
    shape: { count: size, stride: 256 * groups, room },
    tensors: {
      key: read(words(runtime, [4], key)),
      places: write(places),
      taken: write(words(runtime, [Math.ceil(size / 32)])),
      faults: write(faults),
    },
    workgroups: [groups, 1, 1],
  });
  await runDispatches(runtime, [dispatch]);
  return { places: await readWords(runtime, places), faults: await readWords(runtime, faults) };
}

describe.each(KEYS.map((key) => ({ key })))('under the key $key', ({ key }) => {
  test.each([1, 2, 3, 4, 5, 7, 64, 100, 257, 1000])(
    '%d indices go where the twin sends them',
    async (size) => {
      const { places, faults } = await permute(size, key, size);
      expect(places).toEqual(permutation(size, key));
      expect(faults).toEqual([0]);
      expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    },
  );

  test.each([65537, swiftshader ? 2 ** 18 + 7 : 2 ** 20 + 7, swiftshader ? 2 ** 20 : 2 ** 24])(
    'no two of %d indices go to one place',
    async (size) => {
      const { places, faults } = await permute(size, key, 1);
      expect(faults).toEqual([0]);
      expect(places[0]).toBeLessThan(size);
    },
  );
});
