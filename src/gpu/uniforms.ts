/** Small constant records for kernels, many to a buffer, written once while a run is set up. */
import type { Gpu } from './device';

/** Bytes of the first page; each further one is twice as large, so that there are few. */
const FIRST_PAGE_BYTES = 65536;

/** Where a record lies in a page. */
export interface UniformRecord {
  /** Number of the page, from 0. */
  readonly page: number;
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

export class UniformPool {
  private readonly pages: GPUBuffer[] = [];
  private readonly slots = new Map<string, UniformRecord>();
  private used = 0;

  constructor(private readonly gpu: Gpu) {}

  /**
   * A record that holds `words` as u32; equal records share one.
   * @throws RangeError for a number that is not an integer from 0 to 2^32 - 1.
   */
  slot(words: readonly number[]): UniformRecord {
    const bad = words.find((word) => word !== word >>> 0);
    if (bad !== undefined) throw new RangeError(`a uniform is ${bad}, which is no u32`);
    const key = words.join(',');
    const known = this.slots.get(key);
    if (known) return known;
    const size = Math.ceil(words.length / 4) * 16;
    const buffer = this.pageFor(size);
    const page = this.pages.length - 1;
    const record = { page, buffer, offset: this.used, size };
    this.gpu.device.queue.writeBuffer(buffer, this.used, new Uint32Array(words));
    const step = this.gpu.device.limits.minUniformBufferOffsetAlignment;
    this.used += Math.ceil(size / step) * step;
    this.slots.set(key, record);
    return record;
  }

  destroy(): void {
    for (const page of this.pages) page.destroy();
  }

  /** The page that has room for `size` bytes from `used` on. */
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
