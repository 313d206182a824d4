/** Matrix units for devices that have none. */
import type { Gpu } from '../../src/gpu/device';
import type { MatrixUnits } from '../../src/gpu/matrix-units';
import tileWithoutUnits from '../shaders/matrix-tile.wesl';
import { SHADER_SOURCES } from './shader-sources';

const KERNELS = [
  'kernels/linear/matrix-units/matrix-units',
  'kernels/linear/matrix-units/matrix-units-weights',
] as const;

/**
 * Shaders in which lanes multiply the matrices. Their loops are not unrolled, which would compile
 * slowly and means the same.
 */
export const WITHOUT_UNITS: Readonly<Record<string, string>> = Object.fromEntries([
  ['kernels/linear/matrix-units/matrix-tile', tileWithoutUnits],
  ...KERNELS.map((path) => [path, SHADER_SOURCES[path]!.replaceAll('// unroll', '')]),
]);

/** The device with emulated matrix units, for these shaders. */
export function withUnits(gpu: Gpu, size: Omit<MatrixUnits, 'lanes'>): Gpu {
  const matrixUnits: MatrixUnits = { ...size, lanes: gpu.subgroupSize };
  return Object.create(gpu, { matrixUnits: { value: matrixUnits } });
}
