/**
 * Some drivers compile a kernel at its first dispatch, one after the other in the thread of the
 * device's queue (lavapipe). Where they keep what they compiled for every device, helping devices go
 * through the kernels, on the whole from the last to the first, and meet the run that they help half-way.
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

/** Milliseconds; a run whose kernels are known is through by then, and needs no help. */
const PATIENCE = 60;
/** A driver that needed less for a kernel, in milliseconds, knew it before. */
const KNOWN = 15;
/** Enough for a uniform record; no invocation ever runs. */
const BUFFER_BYTES = 65536;

/** What no kernel touches. */
interface Stand {
  /** Of workgroups: 0. */
  readonly counts: GPUBuffer;
  /** One for each place of a binding. */
  readonly buffers: readonly GPUBuffer[];
  /** For kernels that keep large values in memory. */
  readonly scratch: GPUBuffer | undefined;
}

const isScratch = ({ binding }: GPUBindGroupLayoutEntry): boolean => binding === SCRATCH_BINDING;

function createStand({ device }: Gpu, kernels: readonly PortableKernel[]): Stand {
  const create = (usage: GPUBufferUsageFlags, size = BUFFER_BYTES): GPUBuffer =>
    device.createBuffer({ label: 'ahead', size, usage });
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

/** Milliseconds that the driver took for a dispatch of no workgroups, which it compiles all the same. */
async function dispatchNothing(gpu: Gpu, kernel: PortableKernel, stand: Stand) {
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
  const entries = kernel.entries.map((entry, place) => ({
    binding: entry.binding,
    resource: { buffer: isScratch(entry) ? stand.scratch! : stand.buffers[place]! },
  }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  // Counts on the device, all 0: those on the host would be left out on the way to the driver.
  pass.dispatchWorkgroupsIndirect(stand.counts, 0);
  pass.end();
  const begin = performance.now();
  device.queue.submit([encoder.finish()]);
  await gpu.idle();
  return performance.now() - begin;
}

/** Kernels that nobody has begun; the last one is next. */
type Waiting = PortableKernel[];

/** Kernels that are at least so long, as a part of the longest one's text, are begun before all others. */
const LONG = 0.5;

/**
 * From the last to the first, but before all others the long ones that the run comes to late: where the run met a
 * helper within one of them, both would compile it.
 */
function inOrder(kernels: readonly PortableKernel[]): Waiting {
  const late = kernels.slice(Math.floor(kernels.length / 2));
  const longest = Math.max(...late.map(({ code }) => code.length));
  const long = late.filter(({ code }) => code.length >= LONG * longest);
  return [...kernels.filter((kernel) => !long.includes(kernel)), ...long];
}

/** Takes kernels until there are none, or until the driver knew one. */
async function help(gpu: Gpu, waiting: Waiting): Promise<void> {
  const stand = createStand(gpu, waiting);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if ((await dispatchNothing(gpu, next, stand)) < KNOWN) waiting.length = 0;
  }
  for (const buffer of [stand.counts, ...stand.buffers]) buffer.destroy();
  stand.scratch?.destroy();
}

/** Help that is under way. */
export interface Ahead {
  /** Begins no further kernel; resolves when the last one is done. */
  end(): Promise<void>;
}

/**
 * Has kernels compiled by the device's helpers, if it has any, while it runs them itself.
 * @param kernels in the order in which the run dispatches them first
 */
export function compileAhead(gpu: Gpu, kernels: readonly PortableKernel[]): Ahead {
  const waiting = inOrder(kernels);
  let helping: Promise<unknown> = Promise.resolve();
  const begin = async (): Promise<void> => {
    const helpers = await gpu.helpers();
    await Promise.all(helpers.map((helper) => help(helper, waiting)));
  };
  const timer = setTimeout(() => {
    // A run that nobody helps is as right as any other.
    helping = begin().catch(() => {});
  }, PATIENCE);
  return {
    end: async () => {
      clearTimeout(timer);
      waiting.length = 0;
      await helping;
    },
  };
}
