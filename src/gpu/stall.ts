/**
 * Work that does not end. A program with an endless loop keeps the device for ever, and no platform
 * says so: here a time limit does. Compilation does not count, though many drivers compile within a
 * kernel's first dispatch.
 */
import type { Gpu } from './device';
import { profileOf } from './profile';
import { type Command, encodeCommands } from './stage';

/** What work may take, and what is said where it takes longer. */
export interface Patience {
  /** Infinity for no limit. */
  readonly milliseconds: number;
  message(seconds: number): string;
}

/** A host that stood still (a frozen page, a stopped process) misses one tick at most. */
const TICKS = 8;

/**
 * Awaits a promise of the device.
 * @throws GpuError, and gives up the device, when it takes longer than the patience lasts; else what the
 * promise rejects with.
 */
export async function withPatience<T>(
  gpu: Gpu,
  promise: Promise<T>,
  { milliseconds, message }: Patience,
): Promise<T> {
  if (milliseconds === Number.POSITIVE_INFINITY) return promise;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const wait = (ticks: number): void => {
      if (ticks === 0) reject(gpu.abandon(message(milliseconds / 1000)));
      else timer = setTimeout(() => wait(ticks - 1), milliseconds / TICKS);
    };
    wait(TICKS);
  });
  try {
    return await Promise.race([promise, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Submits the commands without a single workgroup, so that the driver compiles their kernels and runs
 * nothing; where they compile when a pipeline is created, there is nothing to do.
 */
export function compileOnly({ device, adapter }: Gpu, commands: readonly Command[]): void {
  if (!profileOf(adapter).compilesAtFirstDispatch) return;
  // Counts on the device, all 0: those on the host would be left out on the way to the driver.
  const usage = GPUBufferUsage.INDIRECT | GPUBufferUsage.COPY_DST;
  const counts = device.createBuffer({ label: 'no workgroups', size: 16, usage });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  const nothing = {
    setPipeline: pass.setPipeline.bind(pass),
    setBindGroup: pass.setBindGroup.bind(pass),
    dispatchWorkgroups: () => pass.dispatchWorkgroupsIndirect(counts, 0),
  };
  encodeCommands(nothing as unknown as GPUComputePassEncoder, firstOfEachPipeline(commands));
  pass.end();
  device.queue.submit([encoder.finish()]);
  counts.destroy();
}

function firstOfEachPipeline(commands: readonly Command[]): Command[] {
  const pipelines = new Set<GPUComputePipeline>();
  return commands.filter(({ pipeline }) => {
    const isFirst = !pipelines.has(pipeline);
    pipelines.add(pipeline);
    return isFirst;
  });
}

/** Watches the first work of a list of commands, which nobody knows yet to end. */
export class FirstWork {
  private compiled: Promise<unknown> | undefined;
  private done: Promise<unknown> | undefined;

  constructor(
    private readonly gpu: Gpu,
    private readonly patience: Patience,
  ) {}

  /** Before the first submission: has the kernels of `commands` compiled, which must be all that it runs. */
  compile(commands: readonly Command[]): void {
    compileOnly(this.gpu, commands);
    this.compiled = this.submitted();
  }

  /** To be called behind the submission that is watched. */
  end(): void {
    this.done = this.submitted();
  }

  /**
   * Resolves when the work is done.
   * @throws GpuError, and gives up the device, where it does not end.
   */
  async settled(): Promise<void> {
    await this.compiled;
    if (this.done) await withPatience(this.gpu, this.done, this.patience);
  }

  private submitted(): Promise<unknown> {
    const done = this.gpu.idle();
    // Whoever awaits `settled` gets the error.
    done.catch(() => {});
    return done;
  }
}
