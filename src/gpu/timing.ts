/** Device time per stage, from timestamp queries at the borders of its passes. */
import type { Gpu } from './device';

/** WebGPU's limit on the size of a query set. */
const MAX_QUERIES = 4096;

export class StageTimer {
  private readonly querySet: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly readable: GPUBuffer;
  private names: string[] = [];

  /** @throws Error on an adapter without timestamps; see `Gpu.hasTimestamps`. */
  constructor(private readonly gpu: Gpu) {
    if (!gpu.hasTimestamps) throw new Error(`${gpu.adapter.name} has no timestamp queries`);
    const { device } = gpu;
    this.querySet = device.createQuerySet({ type: 'timestamp', count: MAX_QUERIES });
    this.resolved = device.createBuffer({
      label: 'timestamps',
      size: 8 * MAX_QUERIES,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    this.readable = device.createBuffer({
      label: 'timestamps readback',
      size: 8 * MAX_QUERIES,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
  }

  /** Spans that still fit before `collect`. */
  get room(): number {
    return MAX_QUERIES / 2 - this.names.length;
  }

  /** Pass descriptor that times a pass as `name`. */
  span(name: string): GPUComputePassDescriptor {
    const index = 2 * this.names.length;
    this.names.push(name);
    return {
      label: name,
      timestampWrites: {
        querySet: this.querySet,
        beginningOfPassWriteIndex: index,
        endOfPassWriteIndex: index + 1,
      },
    };
  }

  /** Encodes the resolution of the spans so far; after the submission, `collect` reads them. */
  resolve(encoder: GPUCommandEncoder): void {
    const count = 2 * this.names.length;
    encoder.resolveQuerySet(this.querySet, 0, count, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, this.readable, 0, 8 * count);
  }

  /** Milliseconds by stage name since the last call, spans of one name added up. */
  async collect(): Promise<Map<string, number>> {
    await this.gpu.wait(this.readable.mapAsync(GPUMapMode.READ));
    const times = new BigUint64Array(this.readable.getMappedRange());
    const result = new Map<string, number>();
    for (const [index, name] of this.names.entries()) {
      const nanoseconds = Number(times[2 * index + 1]! - times[2 * index]!);
      result.set(name, (result.get(name) ?? 0) + nanoseconds / 1e6);
    }
    this.readable.unmap();
    this.names = [];
    return result;
  }

  destroy(): void {
    this.querySet.destroy();
    this.resolved.destroy();
    this.readable.destroy();
  }
}
