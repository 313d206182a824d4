import { beforeEach, describe, expect, test } from 'vitest';
import { matrixUnitsFault } from '../../../../src/kernels/linear/matrix-units/matrix-check';
import { SHADERS } from '../../../../src/shader-sources/matrix-units';
import { openTestGpu } from '../../../support/gpu';
import { WITHOUT_UNITS, withUnits } from '../../../support/matrix-units';

/** This file's own. */
const sources = SHADERS as Record<string, string>;
beforeEach(() => void Object.assign(sources, WITHOUT_UNITS));

const gpu = await openTestGpu();
const equipped = withUnits(gpu, { M: 8, N: 8, K: 16 });

function breakTile(product: string): void {
  const tile = 'kernels/linear/matrix-units/matrix-tile';
  sources[tile] = sources[tile]!.replace('left * right', product);
}

describe.runIf(gpu.subgroupSize > 1)('matrix units', () => {
  test('that are as exact as half precision have no fault', async () => {
    expect(await matrixUnitsFault(equipped)).toBeUndefined();
  });

  test.each([
    ['products', '0.99 * left * right', /off by 0\.0\d+ of the largest, more than 0\.0/],
    ['numbers', 'left * right / f32(k >= 1000000u)', /off by NaN of the largest/],
  ])('whose %s are wrong have one', async (_, product, fault) => {
    breakTile(product);
    expect(await matrixUnitsFault(equipped)).toMatch(fault);
  });
});

test('units whose kernels do not compile have a fault that says so', async () => {
  breakTile('left * wrong');
  expect(await matrixUnitsFault(equipped)).toMatch(/do not run: .*unresolved identifier 'wrong'/);
});

test('a device that was opened without them has none', async () => {
  expect(await matrixUnitsFault(gpu)).toMatch(/has none/);
});
