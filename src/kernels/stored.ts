/** Tensors of floats in half precision: kernels read and write them through a module of shaders/lib/stored. */
import type { Tensor } from '../gpu/arena';

/** The module for a tensor, under an alias of the kernel's. */
export function storedAs({ type }: Pick<Tensor, 'type'>): string {
  return `lib/stored/${type}`;
}
