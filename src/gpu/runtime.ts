/** Everything needed to build a part of a run: the device, its kernels, its memory. */
import type { Arena } from './arena';
import type { Gpu } from './device';
import type { KernelLibrary } from './kernel';
import type { MatrixUnits } from './matrix-units';

export interface Runtime {
  /** The device. */
  readonly gpu: Gpu;
  /** Its kernels. */
  readonly kernels: KernelLibrary;
  /** The memory of the part; whoever builds the whole allocates it, once every part has declared its tensors. */
  readonly arena: Arena;
  /** The matrix units that multiply wide layers, if the run uses them. */
  readonly matrixUnits?: MatrixUnits | undefined;
}

/** Smallest multiple of `unit` that is at least `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
