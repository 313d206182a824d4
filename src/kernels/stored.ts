/** Storage types of float tensors; kernels access them through a module of shaders/lib/stored. */
import type { Tensor } from '../gpu/arena';

/** The module that a kernel must alias to access a tensor. */
export function storedAs({ type }: Pick<Tensor, 'type'>): string {
  return `lib/stored/${type}`;
}
