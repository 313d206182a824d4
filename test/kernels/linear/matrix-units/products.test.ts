/**
 * Linear layers on matrix units. Where Dawn shows none, as on most software adapters, a stand-in
 * for the part that speaks to them shows that the rest is right for matrices of any size.
 */
import { afterAll, describe } from 'vitest';
import { Arena } from '../../../../src/gpu/arena';
import { KernelLibrary } from '../../../../src/gpu/kernel';
import type { Runtime } from '../../../../src/gpu/runtime';
import { requestNodeGpu } from '../../../../src/node/dawn';
import { roundHalf } from '../../../support/half';
import { WITHOUT_UNITS } from '../../../support/matrix-units';
import { SHADER_SOURCES } from '../../../support/shader-sources';
import type { LinearSizes } from '../linear-case';
import { type Rounding, testLinearLayer } from '../linear-products';

const gpu = await requestNodeGpu({ matrixUnits: true });
afterAll(() => gpu.destroy());

/** Factors in half precision; gradients of a mean are scaled to those of its samples. */
const HALF: Rounding = {
  // Of which half precision would keep two digits.
  gradientSize: 1e-5,
  factor: roundHalf,
  gradient: (value, samples) => {
    const scale = 2 ** Math.ceil(Math.log2(samples));
    return roundHalf(value * scale) / scale;
  },
};

const SHAPES: readonly LinearSizes[] = [
  { inputs: 16, outputs: 16, samples: 64, agents: 1, rows: 1 },
  { inputs: 64, outputs: 64, samples: 130, agents: 1, rows: 1 },
  // Sides that no matrix divides, rows that none fills.
  { inputs: 17, outputs: 48, samples: 65, agents: 3, rows: 1 },
  { inputs: 130, outputs: 129, samples: 67, agents: 2, rows: 1 },
  { inputs: 40, outputs: 23, samples: 7, agents: 2, rows: 13 },
  { inputs: 19, outputs: 300, samples: 259, agents: 1, rows: 2 },
];

const openRuntime = (shaders: Readonly<Record<string, string>> = {}) => ({
  gpu,
  kernels: new KernelLibrary(gpu, async () => ({ ...SHADER_SOURCES, ...shaders })),
  arena: new Arena(gpu),
});

function testShapes(runtime: Runtime): void {
  describe.each(SHAPES)(
    '$inputs -> $outputs, $samples samples, $agents agents, $rows rows',
    (sizes) => testLinearLayer(runtime, sizes, HALF),
  );
}

describe.runIf(gpu.matrixUnits)('on matrix units', () => {
  testShapes({ ...openRuntime(), matrixUnits: gpu.matrixUnits });
});

describe.runIf(gpu.subgroupSize > 1).each([
  { M: 8, N: 16, K: 16 },
  { M: 16, N: 8, K: 16 },
])('in matrices of $M × $N × $K', (size) => {
  const runtime = openRuntime(WITHOUT_UNITS);
  testShapes({ ...runtime, matrixUnits: { ...size, lanes: gpu.subgroupSize } });
});
