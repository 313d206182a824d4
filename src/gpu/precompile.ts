/**
 * Some drivers compile a kernel at its first dispatch, one after the other in the thread of the
 * device's queue (lavapipe). Where all devices share the driver's cache, helper devices precompile
 * the kernels, roughly in reverse order, while the run compiles them forwards.
 */
import type { Gpu } from './device';
import { SCRATCH_BINDING, SCRATCH_BYTES } from './spill/scratch';

/** A kernel as another device needs it. */
export interface PortableKernel {
  readonly name: string;
  /** WGSL with one entry point. */
  readonly code: string;
  readonly entries: GPUBindGroupLayoutEntry[];
}

/** Delay before helpers start; a run with a warm driver cache has finished by then. */
const START_DELAY_MS = 60;
/** A kernel that compiles in less time came out of the driver's cache. */
const CACHED_BELOW_MS = 15;
/** Enough for a uniform record. */
const BUFFER_BYTES = 65536;

/** Buffers to fill a kernel's bindings with; no invocation runs. */
interface DummyBindings {
  /** Workgroup counts for an indirect dispatch, all 0. */
  readonly counts: GPUBuffer;
  /** One for each entry of a bind group. */
  readonly buffers: readonly GPUBuffer[];
  /** For kernels that keep large values in memory. */
  readonly scratch: GPUBuffer | undefined;
}

const isScratch = ({ binding }: GPUBindGroupLayoutEntry): boolean => binding === SCRATCH_BINDING;

function createDummyBindings({ device }: Gpu, kernels: readonly PortableKernel[]): DummyBindings {
  const create = (usage: GPUBufferUsageFlags, size = BUFFER_BYTES): GPUBuffer =>
    device.createBuffer({ label: 'precompile', size, usage });
  const bindings = kernels.reduce((most, { entries }) => Math.max(most, entries.length), 0);
  const spills = kernels.some(({ entries }) => entries.some(isScratch));
  return {
    counts: create(GPUBufferUsage.INDIRECT),
    buffers: Array.from({ length: bindings }, () =>
      create(GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM),
    ),
    scratch: spills ? create(GPUBufferUsage.STORAGE, SCRATCH_BYTES) : undefined,
  };
}

/** Dispatches no workgroups, which makes the driver compile; returns the milliseconds it took. */
async function dispatchNothing(gpu: Gpu, kernel: PortableKernel, dummies: DummyBindings) {
  const { device } = gpu;
  const label = kernel.name;
  const layout = device.createBindGroupLayout({ label, entries: kernel.entries });
  const pipeline = await gpu.wait(
    device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ label, code: kernel.code }) },
    }),
  );
  const entries = kernel.entries.map((entry, index) => ({
    binding: entry.binding,
    resource: { buffer: isScratch(entry) ? dummies.scratch! : dummies.buffers[index]! },
  }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  // Indirect, because a direct dispatch of 0 workgroups would never reach the driver.
  pass.dispatchWorkgroupsIndirect(dummies.counts, 0);
  pass.end();
  const begin = performance.now();
  device.queue.submit([encoder.finish()]);
  await gpu.idle();
  return performance.now() - begin;
}

/** Kernels not yet started; the last one is next. */
type Waiting = PortableKernel[];

/** Kernels of at least this fraction of the longest one's text come first. */
const LONG_FRACTION = 0.5;

/**
 * Order: the long kernels of the second half first, then the others, both from last to first. If a
 * long one were left over, the run would reach it while a helper compiles it, and compile it twice.
 */
function inOrder(kernels: readonly PortableKernel[]): Waiting {
  const late = kernels.slice(Math.floor(kernels.length / 2));
  const longest = Math.max(...late.map(({ code }) => code.length));
  const long = late.filter(({ code }) => code.length >= LONG_FRACTION * longest);
  return [...kernels.filter((kernel) => !long.includes(kernel)), ...long];
}

/** Compiles kernels until none are left or one turns out to be cached. */
async function precompileOn(gpu: Gpu, waiting: Waiting): Promise<void> {
  const dummies = createDummyBindings(gpu, waiting);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if ((await dispatchNothing(gpu, next, dummies)) < CACHED_BELOW_MS) waiting.length = 0;
  }
  for (const buffer of [dummies.counts, ...dummies.buffers]) buffer.destroy();
  dummies.scratch?.destroy();
}

/** A precompilation in progress. */
export interface Precompiler {
  /** Starts no further kernel; resolves when the last one is done. */
  end(): Promise<void>;
}

/**
 * Compiles kernels on the device's helpers, if it has any, while the run compiles them itself.
 * @param kernels in the order of their first dispatch
 */
export function precompile(gpu: Gpu, kernels: readonly PortableKernel[]): Precompiler {
  const waiting = inOrder(kernels);
  let running: Promise<unknown> = Promise.resolve();
  const begin = async (): Promise<void> => {
    const helpers = await gpu.helpers();
    await Promise.all(helpers.map((helper) => precompileOn(helper, waiting)));
  };
  const timer = setTimeout(() => {
    // Failures here only cost time; results do not change.
    running = begin().catch(() => {});
  }, START_DELAY_MS);
  return {
    end: async () => {
      clearTimeout(timer);
      waiting.length = 0;
      await running;
    },
  };
}
