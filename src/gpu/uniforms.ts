/** Uniform records of kernels, many per buffer, written once during setup. */
import type { Gpu } from './device';

/** Bytes of the first page; each further page is twice as large, so that there are few. */
const FIRST_PAGE_BYTES = 65536;

/** A record's location in a page. */
export interface UniformRecord {
  /** Index of the page. */
  readonly page: number;
  readonly buffer: GPUBuffer;
  /** Bytes. */
  readonly offset: number;
  /** Bytes, a multiple of 16. */
  readonly size: number;
}

export class UniformPool {
  private readonly pages: GPUBuffer[] = [];
  private readonly slots = new Map<string, UniformRecord>();
  private used = 0;

  constructor(private readonly gpu: Gpu) {}

  /**
   * A record with `values` as u32; equal records share one slot.
   * @throws RangeError for a number that is not an integer from 0 to 2^32 - 1.
   */
  slot(values: readonly number[]): UniformRecord {
    const bad = values.find((value) => value !== value >>> 0);
    if (bad !== undefined) throw new RangeError(`a uniform is ${bad}, which is not a u32`);
    const key = values.join(',');
    const known = this.slots.get(key);
    if (known) return known;
    const size = Math.ceil(values.length / 4) * 16;
    const buffer = this.pageFor(size);
    const page = this.pages.length - 1;
    const record = { page, buffer, offset: this.used, size };
    this.gpu.device.queue.writeBuffer(buffer, this.used, new Uint32Array(values));
    const step = this.gpu.device.limits.minUniformBufferOffsetAlignment;
    this.used += Math.ceil(size / step) * step;
    this.slots.set(key, record);
    return record;
  }

  destroy(): void {
    for (const page of this.pages) page.destroy();
  }

  /** A page with room for `size` bytes at `used`. */
  private pageFor(size: number): GPUBuffer {
    const last = this.pages.at(-1);
    if (last && this.used + size <= last.size) return last;
    const page = this.gpu.device.createBuffer({
      label: 'uniforms',
      size: FIRST_PAGE_BYTES * 2 ** this.pages.length,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.pages.push(page);
    this.used = 0;
    return page;
  }
}
