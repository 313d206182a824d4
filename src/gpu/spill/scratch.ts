/** The memory that programs keep their large values in (see spill); one for all kernels of a library. */
import { Arena, type Tensor } from '../arena';
import type { Gpu } from '../device';

/** Where it is bound, behind all bindings that kernels have. */
export const SCRATCH_BINDING = 32;
/**
 * Enough for the workgroups that run at once on a processor: 32 of 64 invocations with 8,192 words each.
 * A program whose values for one workgroup do not fit is not spilled.
 */
export const SCRATCH_BYTES = 2 ** 26;

export class Scratch {
  private arena: Arena | undefined;
  private allocated: Tensor | undefined;

  constructor(private readonly gpu: Gpu) {}

  /** @throws LimitError where the adapter has no room for it */
  get tensor(): Tensor {
    if (this.allocated) return this.allocated;
    this.arena = new Arena(this.gpu);
    this.allocated = this.arena.declare('large values', [SCRATCH_BYTES / 4], 'u32');
    this.arena.allocate();
    return this.allocated;
  }

  destroy(): void {
    this.arena?.destroy();
  }
}
