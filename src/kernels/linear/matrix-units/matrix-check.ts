/** Whether matrix units compute what they should: drivers and Dawn have them as an experiment. */
import { Arena } from '../../../gpu/arena';
import type { Gpu } from '../../../gpu/device';
import { KernelLibrary } from '../../../gpu/kernel';
import { readTensor, writeTensor } from '../../../gpu/readback';
import type { Runtime } from '../../../gpu/runtime';
import { encodeStages } from '../../../gpu/stage';
import { loadShaders } from '../../../shader-sources/load';
import { wholeTensor } from '../../blocks';
import { Rng } from '../../rng';
import { linearBackwardWeights, linearForward } from '../linear';

/** Number of samples, and sides of a layer that are no multiples of any matrix size. */
const SIZES = { inputs: 70, outputs: 50, samples: 132 };
/** A product of two half-precision numbers has a relative error of at most 2⁻¹⁰; errors cancel. */
const TOLERANCE = 2 ** -10;

/** The output of one layer, and the partial sums of its weight gradients. */
interface Products {
  readonly forward: Float32Array;
  readonly gradient: Float32Array;
}

async function computeProducts(gpu: Gpu, matrixUnits: Runtime['matrixUnits']): Promise<Products> {
  const { inputs, outputs, samples: stride } = SIZES;
  const runtime = {
    ...{ gpu, matrixUnits },
    kernels: new KernelLibrary(gpu, loadShaders),
    arena: new Arena(gpu),
  };
  const layer = { inputs, outputs, weightOffset: 0, biasOffset: inputs * outputs };
  const parameterCount = (inputs + 1) * outputs;
  const declare = (name: string, shape: readonly number[]) => runtime.arena.declare(name, shape);
  const tensor = declare('parameters', [1, parameterCount]);
  const x = declare('x', [1, inputs, stride]);
  const dY = declare('d_y', [1, outputs, stride]);
  const y = declare('y', [1, outputs, stride]);
  const partials = declare('partials', [1, 1, parameterCount]);
  try {
    runtime.arena.allocate();
    for (const [index, given] of [tensor, x, dY].entries()) {
      const rng = new Rng([index, 0, 0, 0], [0, 0, 0]);
      writeTensor(
        gpu,
        given,
        Float32Array.from({ length: given.bytes / 4 }, () => rng.normal()),
      );
    }
    const count = { agents: 1, rows: 1, stride };
    const dispatches = [
      linearForward(runtime, {
        ...{ layer, activation: 'identity', count },
        parameters: { tensor, count: parameterCount },
        ...{ x: wholeTensor(x), y: wholeTensor(y) },
      }),
      linearBackwardWeights(runtime, {
        ...{ layer, partials, slices: 1, parameterCount, count },
        ...{ x: wholeTensor(x), dY: wholeTensor(dY) },
      }),
    ];
    await runtime.kernels.compiled();
    const encoder = gpu.device.createCommandEncoder();
    encodeStages(encoder, [{ name: 'matrix units', dispatches }]);
    gpu.device.queue.submit([encoder.finish()]);
    const [forward, gradient] = await Promise.all([readTensor(gpu, y), readTensor(gpu, partials)]);
    return { forward: new Float32Array(forward), gradient: new Float32Array(gradient) };
  } finally {
    runtime.kernels.destroy();
    runtime.arena.destroy();
  }
}

/** The largest difference, relative to the largest number. */
function difference(actual: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0) / scale
  );
}

/** @throws Error if the device cannot run the kernels. */
async function productError(gpu: Gpu): Promise<number> {
  const actual = await computeProducts(gpu, gpu.matrixUnits);
  const expected = await computeProducts(gpu, undefined);
  return Math.max(
    difference(actual.forward, expected.forward),
    difference(actual.gradient, expected.gradient),
  );
}

/**
 * The reason why a device's matrix units cannot be used, or undefined. The device has none or was
 * opened without them, their kernels do not compile, or a layer's products differ from those in f32
 * by more than half precision explains.
 * @throws GpuError if the device has reported an error.
 */
export async function matrixUnitsFault(gpu: Gpu): Promise<string | undefined> {
  if (!gpu.matrixUnits) return 'the device has none that multiply f16 and add up in f32';
  try {
    const error = await productError(gpu);
    // NaN fails too.
    if (error <= TOLERANCE) return undefined;
    const [found, allowed] = [error, TOLERANCE].map((value) => value.toPrecision(2));
    return `their products are off by ${found} of the largest, more than ${allowed}`;
  } catch (error) {
    gpu.check();
    return `their kernels do not run: ${error instanceof Error ? error.message : String(error)}`;
  }
}
