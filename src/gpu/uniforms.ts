/** Small constant records for kernels, many to a buffer, written once while a run is set up. */
import type { Gpu } from './device';

const PAGE_BYTES = 65536;

export class UniformPool {
  private readonly pages: GPUBuffer[] = [];
  private readonly slots = new Map<string, GPUBufferBinding>();
  private used = PAGE_BYTES;

  constructor(private readonly gpu: Gpu) {}

  /**
   * A binding that holds `words` as u32; equal records share one.
   * @throws RangeError for a number that is not an integer from 0 to 2^32 - 1.
   */
  slot(words: readonly number[]): GPUBufferBinding {
    const bad = words.find((word) => word !== word >>> 0);
    if (bad !== undefined) throw new RangeError(`a uniform is ${bad}, which is no u32`);
    const key = words.join(',');
    const known = this.slots.get(key);
    if (known) return known;
    const size = Math.ceil(words.length / 4) * 16;
    const step = this.gpu.device.limits.minUniformBufferOffsetAlignment;
    if (this.used + size > PAGE_BYTES) this.addPage();
    const buffer = this.pages.at(-1)!;
    const binding = { buffer, offset: this.used, size };
    this.gpu.device.queue.writeBuffer(buffer, this.used, new Uint32Array(words));
    this.used += Math.ceil(size / step) * step;
    this.slots.set(key, binding);
    return binding;
  }

  destroy(): void {
    for (const page of this.pages) page.destroy();
  }

  private addPage(): void {
    this.pages.push(
      this.gpu.device.createBuffer({
        label: 'uniforms',
        size: PAGE_BYTES,
        usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
      }),
    );
    this.used = 0;
  }
}
