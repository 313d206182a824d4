/** The memory for spilled values (see spill.ts), shared by all kernels of a library. */
import { Arena, type Tensor } from '../arena';
import type { Gpu } from '../device';

/** Its binding number, above all others. */
export const SCRATCH_BINDING = 32;
/**
 * Enough for the workgroups that run concurrently on a CPU: 32 of 64 invocations with 8,192 words
 * each. A program whose values do not fit even for one workgroup is not spilled.
 */
export const SCRATCH_BYTES = 2 ** 26;

export class Scratch {
  private arena: Arena | undefined;
  private allocated: Tensor | undefined;

  constructor(private readonly gpu: Gpu) {}

  /** @throws LimitError if it exceeds the adapter's limits */
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
