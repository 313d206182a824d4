/** Everything needed to build a part of a run: the device, its kernels, its memory. */
import type { Arena, ElementType, Tensor } from './arena';
import type { Gpu } from './device';
import type { Dispatch, DispatchOptions, KernelLibrary } from './kernel';
import type { MatrixUnits } from './matrix-units';
import type { KernelSource } from './program';

/** What a part of a run is built with; see `declareTensor` and `recordDispatch`. */
export interface Runtime {
  /** The device. */
  readonly gpu: Gpu;
  /** @internal */
  readonly kernels: KernelLibrary;
  /** @internal */
  readonly arena: Arena;
  /** The matrix units that multiply wide layers, if the run uses them. */
  readonly matrixUnits?: MatrixUnits | undefined;
}

/**
 * Declares device memory of a part that is written outside this package. It exists, zeroed, once
 * the whole run is declared; a LimitError says where the device has no room.
 * @param shape outermost dimension first, e.g. [K][rows][outputs][stride]
 */
export function declareTensor(
  runtime: Runtime,
  name: string,
  shape: readonly number[],
  type: ElementType = 'f32',
): Tensor {
  return runtime.arena.declare(name, shape, type);
}

/**
 * Records a dispatch of a kernel that is written outside this package; equal sources are compiled
 * once.
 * @throws Error for other bindings than those of the kernel's first dispatch, LimitError for too
 * many workgroups
 */
export function recordDispatch(
  runtime: Runtime,
  source: KernelSource,
  options: DispatchOptions,
): Dispatch {
  return runtime.kernels.kernel(source).dispatch(options);
}

/** Smallest multiple of `unit` that is at least `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
