/**
 * The only access to a device. Browsers open one with `requestGpu`, Node with `requestNodeGpu`
 * (src/node/dawn.ts); all other code sees only `Gpu`.
 */

import { DISPOSE, type DisposableValue } from '../dispose';
import { type AdapterDescription, adapterKind, describeAdapter } from './adapter';
import { MATRIX_FEATURE, type MatrixUnits } from './matrix-units';

/** A limit requested above WebGPU's default. */
interface LimitRequest {
  readonly limit:
    | 'maxStorageBufferBindingSize'
    | 'maxBufferSize'
    | 'maxStorageBuffersPerShaderStage'
    | 'maxComputeWorkgroupStorageSize';
  readonly reason: string;
}

/** Each is raised to the adapter's own limit; the arena checks every tensor against the result. */
export const LIMIT_REQUESTS: readonly LimitRequest[] = [
  {
    limit: 'maxStorageBufferBindingSize',
    reason: 'one tensor is one binding, and activations of large minibatches exceed 128 MiB',
  },
  { limit: 'maxBufferSize', reason: 'one tensor is one buffer' },
  {
    limit: 'maxStorageBuffersPerShaderStage',
    reason: 'the fused rollout writes all results of a step',
  },
  {
    limit: 'maxComputeWorkgroupStorageSize',
    reason: 'a workgroup that shares a tile of samples keeps the activations of two layers',
  },
];

/**
 * Milliseconds from the failure of work on a lost device until its loss is reported, at most:
 * Chromium's news come from another process, which may have much to do.
 */
const LOSS_DELAY = 5000;

/** Used if the adapter has them, never required. */
const OPTIONAL_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

/**
 * WebGPU's `GPUDevice` if the importing program has WebGPU's types: those of the library "dom" from
 * TypeScript 6 on, or those of the package @webgpu/types, listed under `types` in tsconfig.json.
 * Otherwise `unknown`. This way the declarations of this package need neither.
 */
export type WebGpuDevice = typeof globalThis extends { GPUDevice: { prototype: infer Device } }
  ? Device
  : unknown;

export interface GpuOptions {
  /** Overrides the description from the adapter's info. */
  readonly description?: AdapterDescription;
  /**
   * Awaits a device promise without spinning; default: a plain await, which suffices in browsers.
   */
  readonly wait?: <T>(promise: Promise<T>) => Promise<T>;
  /** Bytes available for all tensors together, if the platform reports it; default no limit. */
  readonly memory?: number | undefined;
  /** True if the platform runs without validation and bounds checks; default false. */
  readonly unsafeFast?: boolean;
  /** The adapter's matrix units, if the device may use them. */
  readonly matrixUnits?: MatrixUnits | undefined;
  /**
   * WGSL directives, on one line, that every program begins with; default none. They silence a
   * platform that prints its compiler's warnings to the output of the whole process.
   */
  readonly directives?: string;
  /** Opens helper devices that share the driver's cache with this one; see precompile.ts. */
  readonly openHelpers?: () => Promise<readonly Gpu[]>;
}

/** A device cannot be used: it reported an error, was lost, or was closed. */
export class GpuError extends Error {
  override readonly name = 'GpuError';
}

export interface Gpu extends DisposableValue {}

/**
 * An open device and its adapter's properties, from `requestGpu` in a browser or `requestNodeGpu`
 * in Node. Several trainers can share one. Call `destroy` when it is no longer needed;
 * `using gpu = …` does so at the end of the block.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has what the interface adds
export class Gpu {
  private failure: GpuError | undefined;
  private abandoned = false;
  private readonly waitFor: <T>(promise: Promise<T>) => Promise<T>;
  /** True if the device was opened without validation and bounds checks; see `NodeGpuOptions`. */
  readonly unsafeFast: boolean;
  /** Bytes available for all tensors together; Infinity if the platform does not report it. */
  readonly memory: number;
  /** The adapter's matrix units; undefined if it has none or they were not requested. */
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
      // In a terminating worker thread, native code must not be called once this is closed.
      if (this.closed) return;
      this.fail(`the device was lost (${info.reason || 'unknown'}): ${info.message}`);
    });
  }

  /**
   * Wraps an adapter's device.
   * @internal
   */
  static of(device: GPUDevice, adapter: AdapterDescription, options: GpuOptions): Gpu {
    return new Gpu(device, adapter, options);
  }

  /**
   * Awaits a promise of the device.
   * @param isOver whether the caller has ended the work, whose failure then says nothing of the
   * device
   * @internal
   * @throws GpuError if the device has reported an error or was closed, meanwhile or before.
   */
  async wait<T>(promise: Promise<T>, isOver = (): boolean => false): Promise<T> {
    try {
      const value = await this.waitFor(promise);
      this.check();
      return value;
    } catch (error) {
      this.check();
      // A lost device makes pipelines, though they are of no use.
      if ((error as Error).name !== 'GPUPipelineError' && !isOver()) await this.awaitLoss();
      this.check();
      throw error;
    }
  }

  /** Waits for the news that the device was lost, which may follow what failed for that reason. */
  private async awaitLoss(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const noLoss = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOSS_DELAY);
    });
    await this.waitFor(Promise.race([this.device.lost as Promise<unknown>, noLoss]));
    clearTimeout(timer);
  }

  /**
   * Waits until everything submitted so far has run.
   * @throws GpuError if the device has reported an error, meanwhile or before.
   */
  async idle(): Promise<void> {
    await this.wait(this.device.queue.onSubmittedWorkDone() as Promise<unknown>);
  }

  /** @throws GpuError with the first reason why the device cannot be used, if any. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /**
   * The smallest subgroup size of the device; 1 without subgroup operations.
   * @internal
   */
  get subgroupSize(): number {
    if (this.refusal !== undefined) return 1;
    return this.device.features.has('subgroups') ? this.device.adapterInfo.subgroupMinSize : 1;
  }

  /**
   * The engine's message when it rejected a program because of its subgroup operations, although
   * the device has the feature; undefined if it did not. From then on kernels without them are
   * used.
   */
  get subgroupsRefused(): string | undefined {
    return this.refusal;
  }

  /**
   * Stops using subgroup operations.
   * @internal
   * @returns whether they were in use
   */
  refuseSubgroups(reason: string): boolean {
    if (this.subgroupSize === 1) return false;
    this.refusal = reason;
    return true;
  }

  /**
   * Whether some subgroups are larger than `subgroupSize`.
   * @internal
   */
  get subgroupsVary(): boolean {
    const { subgroupMinSize, subgroupMaxSize } = this.device.adapterInfo;
    return subgroupMinSize !== subgroupMaxSize;
  }

  /**
   * Whether programs are compiled for the CPU, where unrolled loops take long to compile. Depends
   * on the device alone, not on the kernels chosen; false in browsers that do not report it.
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
   * Devices that precompile kernels for this one, opened by the first call; empty if no use.
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
   * Gives up a device whose work does not end. Every later use of the device throws the returned
   * error. Nothing can stop the work but the end of the process (in Node, by `process.exit`).
   * @internal
   */
  abandon(message: string): GpuError {
    this.abandoned = true;
    return this.fail(message);
  }

  /**
   * Closes the device and frees everything on it. Later uses, for example by its trainers, throw a
   * GpuError that says so. Closing it twice is harmless.
   */
  destroy(): void {
    this.fail('the device was closed (Gpu.destroy)');
    this.closed = true;
    // An abandoned device would keep this thread waiting for the end of its work.
    if (!this.abandoned) this.device.destroy();
    this.destroyHelpers();
  }

  /** @internal */
  [DISPOSE](): void {
    this.destroy();
  }

  /** @returns the first failure of this device */
  private fail(message: string): GpuError {
    this.failure ??= new GpuError(`${message} [adapter: ${this.adapter.name}]`);
    return this.failure;
  }
}

/** Opens a device on an adapter. */
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
 * @throws GpuError if the browser has no WebGPU or offers no adapter.
 */
export async function requestGpu(): Promise<Gpu> {
  if (typeof navigator === 'undefined' || !navigator.gpu) {
    throw new GpuError(
      'WebGPU is not available: use a browser that supports it, over https or on localhost, ' +
        'or lockstep-ppo/node in Node',
    );
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new GpuError('the browser offers no WebGPU adapter');
  return openGpu(adapter);
}
