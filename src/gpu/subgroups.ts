/** Fallback for engines that offer subgroup operations but reject programs that use them. */
import type { Gpu } from './device';
import { ShaderError } from './shader-error';

/** A program of this library uses subgroup operations and does not compile. */
export class SubgroupError extends ShaderError {}

const ENABLED = /^enable subgroups;/m;

/** A `SubgroupError` if the WGSL uses subgroups and the error is in this library's own file. */
export function subgroupErrorOf(error: ShaderError, wgsl: string): ShaderError {
  const isOurs = error.message.startsWith('shaders/');
  return isOurs && ENABLED.test(wgsl) ? new SubgroupError(error.message, error.place) : error;
}

/**
 * Calls `act`, which compiles programs for a device; if the engine rejects one because of its
 * subgroup operations, disables these and calls `act` again.
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
