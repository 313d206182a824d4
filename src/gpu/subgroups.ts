/** Engines that promise subgroup operations on a device and then refuse programs that use them. */
import type { Gpu } from './device';
import { ShaderError } from './shader-error';

/** A program of this library that uses subgroup operations and does not compile. */
export class SubgroupError extends ShaderError {}

const ENABLED = /^enable subgroups;/m;

/** The error of a program: a `SubgroupError` where its WGSL uses subgroups and no file of a user's is at fault. */
export function subgroupErrorOf(error: ShaderError, wgsl: string): ShaderError {
  const isOurs = error.message.startsWith('shaders/');
  return isOurs && ENABLED.test(wgsl) ? new SubgroupError(error.message) : error;
}

/**
 * Does what compiles programs for a device; where the engine refuses one of them for its subgroup operations, once
 * more with the variants that need none.
 */
export async function withSubgroupsIfTaken<T>(gpu: Gpu, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SubgroupError)) throw error;
    const [sentence] = error.message.split('\n');
    if (!gpu.refuseSubgroups(sentence!)) throw error;
    return act();
  }
}
