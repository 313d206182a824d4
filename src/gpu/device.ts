/**
 * The one door to a device. The browser opens it with `requestGpu`, Node with `requestNodeGpu`
 * (src/node/dawn.ts); everything behind it sees only `Gpu`.
 */

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

export interface AdapterDescription {
  /** What people are shown, e.g. "llvmpipe (LLVM 15.0.6, 256 bits)". */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** False for a software adapter (lavapipe, SwiftShader, WARP). */
  readonly hardware: boolean;
}

export interface GpuOptions {
  /** Overrides the adapter's own words. */
  readonly description?: AdapterDescription;
  /** Awaits a device promise without burning a core; the identity where the platform does that. */
  readonly wait?: <T>(promise: Promise<T>) => Promise<T>;
  /** Whether the platform was told to leave its checks out; default false. */
  readonly unsafeFast?: boolean;
  /** The adapter's, where the device may use them. */
  readonly matrixUnits?: MatrixUnits | undefined;
  /** Opens further devices whose driver shares what it compiles with this one's; see ahead.ts. */
  readonly openHelpers?: () => Promise<readonly Gpu[]>;
}

/** Something the device reported: a validation error, memory that ran out, or its loss. */
export class GpuError extends Error {
  override readonly name = 'GpuError';
}

export class Gpu {
  private failure: GpuError | undefined;
  private closing = false;
  private readonly waitFor: <T>(promise: Promise<T>) => Promise<T>;
  /** Without validation and bounds checks; see `NodeGpuOptions`. */
  readonly unsafeFast: boolean;
  /** Undefined where there are none or they were not asked for. */
  readonly matrixUnits: MatrixUnits | undefined;
  private opened: Promise<readonly Gpu[]> | undefined;

  constructor(
    readonly device: GPUDevice,
    readonly adapter: AdapterDescription,
    private readonly options: GpuOptions,
  ) {
    this.waitFor = options.wait ?? ((promise) => promise);
    this.unsafeFast = options.unsafeFast ?? false;
    this.matrixUnits = options.matrixUnits;
    device.addEventListener('uncapturederror', (event) => {
      this.fail(
        `the device reported an error: ${(event as GPUUncapturedErrorEvent).error.message}`,
      );
    });
    device.lost.then((info) => {
      if (!this.closing) {
        this.fail(`the device was lost (${info.reason || 'unknown'}): ${info.message}`);
      }
    });
  }

  /**
   * Awaits a promise of the device.
   * @throws GpuError when the device has reported an error meanwhile or before.
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

  /** Waits until everything submitted so far has run. */
  async idle(): Promise<void> {
    await this.wait(this.device.queue.onSubmittedWorkDone() as Promise<unknown>);
  }

  /** @throws GpuError with the first error that the device reported, if any. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** Lanes that are sure to lie in one subgroup; 1 without subgroup operations. */
  get subgroupSize(): number {
    return this.device.features.has('subgroups') ? this.device.adapterInfo.subgroupMinSize : 1;
  }

  /** Whether not all subgroups are that large. */
  get subgroupsVary(): boolean {
    const { subgroupMinSize, subgroupMaxSize } = this.device.adapterInfo;
    return subgroupMinSize !== subgroupMaxSize;
  }

  /**
   * Whether its programs are compiled for the processor, which takes long where loops are written out. Asked
   * of the device, whatever kernels are chosen for; false where a browser's does not tell.
   */
  get compilesForProcessor(): boolean {
    const info = this.device.adapterInfo as GPUAdapterInfo | undefined;
    return info !== undefined && isSoftware(info);
  }

  get hasTimestamps(): boolean {
    return this.device.features.has('timestamp-query');
  }

  /** Devices that compile for this one, opened by the first call; empty where that is no use. */
  helpers(): Promise<readonly Gpu[]> {
    this.opened ??= this.options.openHelpers?.() ?? Promise.resolve([]);
    return this.opened;
  }

  destroy(): void {
    this.closing = true;
    this.device.destroy();
    this.opened?.then(
      (helpers) => helpers.map((helper) => helper.destroy()),
      () => {},
    );
  }

  private fail(message: string): void {
    this.failure ??= new GpuError(`${message} [adapter: ${this.adapter.name}]`);
  }
}

/** Whether an adapter computes on the processor instead of a GPU. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  const words = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  return (
    info.isFallbackAdapter || /llvmpipe|lavapipe|swiftshader|\bwarp\b|basic render/i.test(words)
  );
}

export function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  return {
    name: info.description || info.device || info.architecture || info.vendor || 'unnamed adapter',
    vendor: info.vendor,
    architecture: info.architecture,
    hardware: !isSoftware(info),
  };
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
  return new Gpu(device, options.description ?? describeAdapter(adapter.info), options);
}

/**
 * Opens the browser's device.
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
