/**
 * The one door to a device. The browser opens it with `requestGpu`, Node with `requestNodeGpu`
 * (src/node/dawn.ts); everything behind it sees only `Gpu`.
 */

import { type AdapterDescription, adapterKind, describeAdapter } from './adapter';
import { MATRIX_FEATURE, type MatrixUnits } from './matrix-units';

/** A limit above WebGPU's default, asked for by name. */
interface LimitRequest {
  readonly limit:
    | 'maxStorageBufferBindingSize'
    | 'maxBufferSize'
    | 'maxStorageBuffersPerShaderStage'
    | 'maxComputeWorkgroupStorageSize';
  readonly reason: string;
}

/** Each is raised to what the adapter offers; the arena checks every tensor against the result. */
export const LIMIT_REQUESTS: readonly LimitRequest[] = [
  {
    limit: 'maxStorageBufferBindingSize',
    reason: 'one tensor is one binding, and activations of large minibatches exceed 128 MiB',
  },
  { limit: 'maxBufferSize', reason: 'one tensor is one buffer' },
  {
    limit: 'maxStorageBuffersPerShaderStage',
    reason: 'the fused rollout writes everything that a step leaves behind',
  },
  {
    limit: 'maxComputeWorkgroupStorageSize',
    reason: 'a workgroup that shares a tile of samples keeps the activations of two layers',
  },
];

/** Used where the adapter has them, never required. */
const OPTIONAL_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

/**
 * WebGPU's `GPUDevice`, where the program that uses it has WebGPU's types: those of TypeScript 6 and newer
 * in its library "dom", or those of the package @webgpu/types, listed under `types` in tsconfig.json.
 * Without them `unknown`. This way the declarations of this package need neither.
 */
export type WebGpuDevice = typeof globalThis extends { GPUDevice: { prototype: infer Device } }
  ? Device
  : unknown;

export interface GpuOptions {
  /** Overrides the adapter's own words. */
  readonly description?: AdapterDescription;
  /** Awaits a device promise without burning a core; the identity where the platform does that. */
  readonly wait?: <T>(promise: Promise<T>) => Promise<T>;
  /** Bytes that all tensors may take together, where the platform tells; default no limit. */
  readonly memory?: number | undefined;
  /** Whether the platform was told to leave its checks out; default false. */
  readonly unsafeFast?: boolean;
  /** The adapter's, where the device may use them. */
  readonly matrixUnits?: MatrixUnits | undefined;
  /**
   * WGSL directives, on one line, that every program begins with; none by default. They silence a platform
   * that prints its compiler's warnings to the output of the whole process.
   */
  readonly directives?: string;
  /** Opens further devices whose driver shares what it compiles with this one's; see ahead.ts. */
  readonly openHelpers?: () => Promise<readonly Gpu[]>;
}

/** Why a device cannot be used: an error that it reported, its loss, or that it was closed. */
export class GpuError extends Error {
  override readonly name = 'GpuError';
}

/**
 * An open device and what is known about its adapter, from `requestGpu` in a browser or `requestNodeGpu`
 * in Node. Several trainers can share one. `destroy` it when it is no longer needed.
 */
export class Gpu {
  private failure: GpuError | undefined;
  private abandoned = false;
  private readonly waitFor: <T>(promise: Promise<T>) => Promise<T>;
  /** Whether the device was opened without validation and bounds checks; see `NodeGpuOptions`. */
  readonly unsafeFast: boolean;
  /** Bytes that all tensors may take together; infinite where the platform does not tell. */
  readonly memory: number;
  /** The adapter's matrix units; undefined where it has none or they were not asked for. */
  readonly matrixUnits: MatrixUnits | undefined;
  /**
   * WGSL that every program begins with; see `GpuOptions`.
   * @internal
   */
  readonly directives: string;
  private closed = false;
  private refusal: string | undefined;
  private opening: Promise<readonly Gpu[]> | undefined;
  private opened: readonly Gpu[] = [];

  private constructor(
    /** WebGPU's own device, e.g. to run further kernels on it. */
    readonly device: WebGpuDevice,
    /** The adapter that the device was opened on. */
    readonly adapter: AdapterDescription,
    private readonly options: GpuOptions,
  ) {
    this.waitFor = options.wait ?? ((promise) => promise);
    this.unsafeFast = options.unsafeFast ?? false;
    this.matrixUnits = options.matrixUnits;
    this.memory = options.memory ?? Number.POSITIVE_INFINITY;
    this.directives = options.directives ?? '';
    device.addEventListener('uncapturederror', (event) => {
      this.fail(
        `the device reported an error: ${(event as GPUUncapturedErrorEvent).error.message}`,
      );
    });
    device.lost.then((info) => {
      // Native code may not be called in a worker thread that is terminated once this has been closed.
      if (this.closed) return;
      this.fail(`the device was lost (${info.reason || 'unknown'}): ${info.message}`);
    });
  }

  /**
   * The device of an adapter.
   * @internal
   */
  static of(device: GPUDevice, adapter: AdapterDescription, options: GpuOptions): Gpu {
    return new Gpu(device, adapter, options);
  }

  /**
   * Awaits a promise of the device.
   * @internal
   * @throws GpuError when the device has reported an error or was closed, meanwhile or before.
   */
  async wait<T>(promise: Promise<T>): Promise<T> {
    try {
      const value = await this.waitFor(promise);
      this.check();
      return value;
    } catch (error) {
      this.check();
      throw error;
    }
  }

  /**
   * Waits until everything submitted so far has run.
   * @throws GpuError when the device has reported an error meanwhile or before.
   */
  async idle(): Promise<void> {
    await this.wait(this.device.queue.onSubmittedWorkDone() as Promise<unknown>);
  }

  /** @throws GpuError with the first reason why the device cannot be used, if there is one. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /**
   * Lanes that are sure to lie in one subgroup; 1 without subgroup operations.
   * @internal
   */
  get subgroupSize(): number {
    if (this.refusal !== undefined) return 1;
    return this.device.features.has('subgroups') ? this.device.adapterInfo.subgroupMinSize : 1;
  }

  /**
   * What the engine said when it refused a program for its subgroup operations, although the device has them;
   * undefined where it has not. Kernels without such operations are used since then.
   */
  get subgroupsRefused(): string | undefined {
    return this.refusal;
  }

  /**
   * Uses no subgroup operations from now on.
   * @internal
   * @returns whether it did until now
   */
  refuseSubgroups(reason: string): boolean {
    if (this.subgroupSize === 1) return false;
    this.refusal = reason;
    return true;
  }

  /**
   * Whether not all subgroups are that large.
   * @internal
   */
  get subgroupsVary(): boolean {
    const { subgroupMinSize, subgroupMaxSize } = this.device.adapterInfo;
    return subgroupMinSize !== subgroupMaxSize;
  }

  /**
   * Whether its programs are compiled for the processor, which takes long where loops are written out. Asked
   * of the device, whatever kernels are chosen for; false where a browser's does not tell.
   * @internal
   */
  get compilesForProcessor(): boolean {
    const info = this.device.adapterInfo as GPUAdapterInfo | undefined;
    return info !== undefined && adapterKind(info) === 'software';
  }

  /** Whether the device can time its work, as `Trainer.profile` needs. */
  get hasTimestamps(): boolean {
    return this.device.features.has('timestamp-query');
  }

  /**
   * Devices that compile for this one, opened by the first call; empty where that is no use.
   * @internal
   */
  helpers(): Promise<readonly Gpu[]> {
    this.opening ??= this.openHelpers();
    return this.opening;
  }

  private async openHelpers(): Promise<readonly Gpu[]> {
    this.opened = (await this.options.openHelpers?.()) ?? [];
    if (this.closed) this.destroyHelpers();
    return this.opened;
  }

  private destroyHelpers(): void {
    for (const helper of this.opened) helper.destroy();
  }

  /**
   * Gives up a device whose work does not end. The returned error is that of every later use of the
   * device. Nothing can stop the work: it ends with the process, which `process.exit` ends in Node.
   * @internal
   */
  abandon(message: string): GpuError {
    this.abandoned = true;
    return this.fail(message);
  }

  /**
   * Closes the device and frees everything on it. Whatever uses it from now on, such as its trainers, throws
   * a GpuError that says so. Closing it again is harmless.
   */
  destroy(): void {
    this.fail('the device was closed (Gpu.destroy)');
    this.closed = true;
    // An abandoned device would keep this thread waiting for the end of its work.
    if (!this.abandoned) this.device.destroy();
    this.destroyHelpers();
  }

  /** @returns the first failure of all */
  private fail(message: string): GpuError {
    this.failure ??= new GpuError(`${message} [adapter: ${this.adapter.name}]`);
    return this.failure;
  }
}

/** Opens a device on an adapter that the platform found. */
export async function openGpu(adapter: GPUAdapter, options: GpuOptions = {}): Promise<Gpu> {
  const requiredLimits = Object.fromEntries(
    LIMIT_REQUESTS.map(({ limit }) => [limit, adapter.limits[limit]]),
  );
  const requiredFeatures = [
    ...OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature)),
    ...(options.matrixUnits ? [MATRIX_FEATURE] : []),
  ];
  const request = adapter.requestDevice({ label: 'lockstep', requiredFeatures, requiredLimits });
  const device = await (options.wait?.(request) ?? request);
  return Gpu.of(device, options.description ?? describeAdapter(adapter.info), options);
}

/**
 * Opens a device on the browser's fastest adapter.
 * @throws GpuError where the browser has no WebGPU or offers no adapter.
 */
export async function requestGpu(): Promise<Gpu> {
  if (typeof navigator === 'undefined' || !navigator.gpu) {
    throw new GpuError(
      'no WebGPU here: use a browser that has it over https or localhost, or lockstep-ppo/node in Node',
    );
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new GpuError('the browser offers no WebGPU adapter');
  return openGpu(adapter);
}
