/** Device time: per stage from timestamp queries, per submission from onSubmittedWorkDone. */
import type { Gpu } from './device';

/** WebGPU's limit on the size of a query set. */
const MAX_QUERIES = 4096;

/** Device time of each stage, from timestamps at the beginning and end of its passes. */
export class StageTimer {
  private readonly querySet: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly readable: GPUBuffer;
  private names: string[] = [];

  /** @throws Error if the device has no timestamp queries; see `Gpu.hasTimestamps`. */
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

  /** Number of spans that still fit before the next `collect`. */
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

  /** Encodes the resolution of the spans so far; `collect` reads them after the submission. */
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
 * Device time of consecutive submissions, from the times at which onSubmittedWorkDone resolves. It
 * needs no feature and no object on the device; inexact when the host is notified late.
 */
export class SubmissionTimer {
  private readonly submissions: number[] = [];
  private readonly ends: Promise<number>[] = [];

  /** Times begin when everything submitted earlier has run. */
  constructor(private readonly gpu: Gpu) {
    this.recordEnd();
  }

  /** Must be called after each submission. */
  submitted(): void {
    this.submissions.push(performance.now());
    this.recordEnd();
  }

  /** Milliseconds of each submission, without the device's idle time before it. */
  async collect(): Promise<number[]> {
    const ends = await Promise.all(this.ends);
    return this.submissions.map((at, index) => ends[index + 1]! - Math.max(ends[index]!, at));
  }

  private recordEnd(): void {
    const done = this.gpu.device.queue.onSubmittedWorkDone() as Promise<unknown>;
    const end = this.gpu.wait(done).then(() => performance.now());
    // A failed device is reported by whoever awaits `collect` or another result.
    end.catch(() => {});
    this.ends.push(end);
  }
}
