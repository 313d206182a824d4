/**
 * A time limit for work that may not end. A program with an endless loop occupies the device for
 * ever, and no platform reports it. Compilation does not count, though many drivers compile within
 * a kernel's first dispatch.
 */
import { LONGEST_TIMER } from '../longest-timer';
import type { Gpu } from './device';
import { profileOf } from './profile';
import { type Command, encodeCommands } from './stage';

/** A time limit and the error message when it is exceeded. */
export interface Patience {
  /** Infinity for no limit. */
  readonly milliseconds: number;
  message(seconds: number): string;
}

/** Ticks of a time limit; a suspended host (frozen page, stopped process) loses at most one. */
const TICKS = 8;

/**
 * Awaits a promise of the device.
 * @throws GpuError, after giving up the device, if the limit is exceeded; else the promise's own
 * rejection.
 */
export async function withPatience<T>(
  gpu: Gpu,
  promise: Promise<T>,
  { milliseconds, message }: Patience,
): Promise<T> {
  if (milliseconds / TICKS > LONGEST_TIMER) return promise;
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
 * Submits the commands with no workgroups, so that the driver compiles their kernels and runs
 * nothing. Does nothing if the driver compiles when a pipeline is created.
 */
export function compileOnly({ device, adapter }: Gpu, commands: readonly Command[]): void {
  if (!profileOf(adapter).compilesAtFirstDispatch) return;
  // Indirect, because a direct dispatch of 0 workgroups would never reach the driver.
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

/** Applies a time limit to the first run of some commands, without their compilation. */
export class FirstWork {
  private compiled: Promise<unknown> | undefined;
  private done: Promise<unknown> | undefined;

  constructor(
    private readonly gpu: Gpu,
    private readonly patience: Patience,
  ) {}

  /** Compiles the kernels of `commands`, which must be all that run; call it before submitting. */
  compile(commands: readonly Command[]): void {
    compileOnly(this.gpu, commands);
    this.compiled = this.submitted();
  }

  /** Must be called after the submission that the limit applies to. */
  end(): void {
    this.done = this.submitted();
  }

  /**
   * Resolves when the work is done.
   * @throws GpuError, after giving up the device, if it does not end in time.
   */
  async settled(): Promise<void> {
    await this.compiled;
    if (this.done) await withPatience(this.gpu, this.done, this.patience);
  }

  private submitted(): Promise<unknown> {
    const done = this.gpu.idle();
    // `settled` reports the error.
    done.catch(() => {});
    return done;
  }
}
