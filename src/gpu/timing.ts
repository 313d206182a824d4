/** Device time: per stage from timestamp queries, per submission from the queue's own words. */
import type { Gpu } from './device';

/** WebGPU's limit on the size of a query set. */
const MAX_QUERIES = 4096;

/** Device time of each stage, from timestamps at the borders of its passes. */
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

/**
 * Device time of submissions that follow each other, from when the queue says that each is done. It
 * needs no feature and no object on the device; where the host is late to hear, times blur.
 */
export class SubmissionTimer {
  private readonly submissions: number[] = [];
  private readonly ends: Promise<number>[] = [];

  /** Begins once all that was submitted before has run. */
  constructor(private readonly gpu: Gpu) {
    this.hear();
  }

  /** To be called behind each submission. */
  submitted(): void {
    this.submissions.push(performance.now());
    this.hear();
  }

  /** Milliseconds of each submission, without what the device waited for it. */
  async collect(): Promise<number[]> {
    const ends = await Promise.all(this.ends);
    return this.submissions.map((at, index) => ends[index + 1]! - Math.max(ends[index]!, at));
  }

  private hear(): void {
    const done = this.gpu.device.queue.onSubmittedWorkDone() as Promise<unknown>;
    const end = this.gpu.wait(done).then(() => performance.now());
    // A device that fails is reported by whoever awaits `collect`, or another result.
    end.catch(() => {});
    this.ends.push(end);
  }
}
