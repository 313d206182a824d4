/**
 * Opens devices in Node through Dawn (npm `webgpu`): on a hardware adapter if there is one, else on
 * the system's software Vulkan (Mesa lavapipe), else on SwiftShader from a package.
 */
import { availableParallelism, constants, tmpdir, totalmem } from 'node:os';
import { type AdapterDescription, describeAdapter } from '../gpu/adapter';
import { type Gpu, GpuError, openGpu } from '../gpu/device';
import { findMatrixUnits } from '../gpu/matrix-units';
import { adapterName, preferAdapters, sharesCompiledKernels } from './adapter-choice';
import { calm } from './calm';
import { type Dawn, loadDawn } from './load-dawn';
import { unpackSwiftShader } from './swiftshader';

/** Without it, Dawn rounds timestamps too coarsely for short stages. */
const FLAGS: readonly string[] = ['disable-dawn-features=timestamp_quantization'];
/** Dawn ignores unknown toggles; test/node/unsafe-fast.test.ts checks the effect of these. */
const UNSAFE_TOGGLES = ['skip_validation', 'disable_robustness', 'disable_workgroup_init'];
/** Toggles for Dawn's experimental features. */
const EXPERIMENT_TOGGLES = ['allow_unsafe_apis', 'vulkan_enable_f16_on_nvidia'];
/** Dawn would write warnings about WGSL to standard output, among the results of a command. */
const DIRECTIVES = 'diagnostic(off, chromium.unreachable_code);';
const LOADER = 'libvulkan.so.1';

/** Which adapter `requestNodeGpu` opens, and how. */
export interface NodeGpuOptions {
  /**
   * 'hardware', 'lavapipe', 'swiftshader', or part of an adapter's name, vendor or architecture, in
   * any case. Defaults to LOCKSTEP_ADAPTER, and without that to the best adapter.
   */
  readonly adapter?: string;
  /**
   * Whether to skip validation, bounds checks and the zeroing of workgroup memory (default false).
   * A faulty shader can then crash the process or corrupt memory, so use it only for shaders that
   * have run without it.
   */
  readonly unsafeFast?: boolean;
  /**
   * Whether to enable the adapter's matrix units, if it has any (default false). They are
   * experimental in Dawn; kernels use them only if the tuner chooses them. See `Gpu.matrixUnits`.
   */
  readonly matrixUnits?: boolean;
}

/** Dawn uses only the last flag of a name. */
function flagsFor({ unsafeFast, matrixUnits }: NodeGpuOptions): string[] {
  const toggles = [
    ...(unsafeFast ? UNSAFE_TOGGLES : []),
    ...(matrixUnits ? EXPERIMENT_TOGGLES : []),
  ];
  return toggles.length > 0 ? [`enable-dawn-features=${toggles.join(',')}`] : [];
}

/** Most helper devices; further ones would find little left to compile. */
const MOST_HELPERS = 3;

export interface FoundAdapter {
  readonly instance: GPU;
  readonly adapter: GPUAdapter;
  readonly description: AdapterDescription;
}

/**
 * Every Dawn instance, by source and flags. They are kept forever: a device whose instance was
 * garbage collected crashes the process (seen with webgpu 0.6.2).
 */
const instances = new Map<string, GPU>();

function instanceFor(dawn: Dawn, source: string, flags: readonly string[]): GPU {
  const key = [source, ...flags].join(' ');
  const known = instances.get(key);
  if (known) return known;
  Object.assign(globalThis, dawn.globals);
  // Mesa prints a warning without it.
  process.env.XDG_RUNTIME_DIR ||= tmpdir();
  const instance = dawn.create([...FLAGS, ...flags]);
  instances.set(key, instance);
  return instance;
}

/**
 * Dawn and the drivers write to standard error here, which no option prevents. The command filters
 * these lines (src/cli/driver-lines.ts); in other programs they remain visible.
 */
function askDawn(instance: GPU): Promise<GPUAdapter | null> {
  return calm(instance.requestAdapter({ powerPreference: 'high-performance' }));
}

async function requestAdapter(instance: GPU): Promise<FoundAdapter | undefined> {
  const adapter = await askDawn(instance);
  if (!adapter) return undefined;
  const { info } = adapter;
  return { instance, adapter, description: { ...describeAdapter(info), name: adapterName(info) } };
}

/**
 * Loads the system's Vulkan loader, so that Dawn's own dlopen finds it; returns whether it exists.
 */
function loadSystemLoader(): boolean {
  const RTLD_NODELETE = 0x1000;
  const flags = constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | RTLD_NODELETE;
  try {
    process.dlopen({ exports: {} }, LOADER, flags);
    return true;
  } catch (error) {
    // It was loaded and is not a Node module, as intended.
    return error instanceof Error && error.message.includes('did not self-register');
  }
}

let systemLoader: boolean | undefined;

/** Whether the system has a Vulkan loader; without one, Dawn prints many errors. */
function hasSystemLoader(): boolean {
  systemLoader ??= process.platform !== 'linux' || loadSystemLoader();
  return systemLoader;
}

/** Dawn lists all adapters if asked for one that does not exist. */
async function systemAdapterNames(dawn: Dawn): Promise<readonly string[]> {
  const instance = instanceFor(dawn, 'system: names', ['adapter=(no such adapter)']);
  const message = await askDawn(instance).then(
    () => '',
    (error: unknown) => String(error),
  );
  return [...new Set([...message.matchAll(/name: '(.*)'/g)].map((match) => match[1]!))];
}

/** A place to look for adapters. */
type Source = (dawn: Dawn, flags: readonly string[]) => Promise<readonly FoundAdapter[]>;

const bestSystemAdapter: Source = async (dawn, flags) => {
  if (!hasSystemLoader()) return [];
  const found = await requestAdapter(instanceFor(dawn, 'system: best', flags));
  return found ? [found] : [];
};

const allSystemAdapters: Source = async (dawn, flags) => {
  if (!hasSystemLoader()) return [];
  const found: FoundAdapter[] = [];
  for (const name of await systemAdapterNames(dawn)) {
    const instance = instanceFor(dawn, `system: ${name}`, [`adapter=${name}`, ...flags]);
    const adapter = await requestAdapter(instance);
    if (adapter) found.push(adapter);
  }
  return found;
};

/** Loads a copy of Dawn from outside the package `webgpu`. */
function loadCopy(path: string): Dawn['create'] {
  const native: { exports: Partial<Dawn> } = { exports: {} };
  process.dlopen(native, path);
  return native.exports.create!;
}

/** `create` of the copy of Dawn beside SwiftShader, once it is loaded. */
let embedded: Dawn['create'] | undefined;

const embeddedAdapters: Source = async ({ globals }, flags) => {
  const files = await unpackSwiftShader();
  if (!files) return [];
  embedded ??= loadCopy(files.dawn);
  const found = await requestAdapter(instanceFor({ create: embedded, globals }, 'embedded', flags));
  return found ? [found] : [];
};

function noAdapterError(found: readonly FoundAdapter[], wish = ''): GpuError {
  if (found.length === 0) {
    return new GpuError(
      'no WebGPU adapter: install the driver of a GPU, or a software one: Mesa 23 or newer ' +
        '(mesa-vulkan-drivers; on Debian 12 from bookworm-backports), or, on x64 glibc Linux, ' +
        `\`npm install @sparticuz/chromium\``,
    );
  }
  const names = [...new Set(found.map(({ description }) => description.name))].join('; ');
  return new GpuError(
    `no adapter matches '${wish}' (option adapter, LOCKSTEP_ADAPTER): there is ${names}; ` +
      `it must be 'hardware', 'lavapipe', 'swiftshader' or part of one of these names`,
  );
}

/** Bytes of memory available to this process, and so to a software adapter. */
function hostMemory(): number {
  // 0 or undefined if the process has no limit, and in Node before 20.
  const confined = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return Math.min(totalmem(), confined);
}

function open(
  { instance, adapter, description }: FoundAdapter,
  { unsafeFast = false, matrixUnits = false }: NodeGpuOptions,
): Promise<Gpu> {
  const units = matrixUnits ? findMatrixUnits(adapter) : undefined;
  const memory = description.hardware ? undefined : hostMemory();
  const options = {
    ...{ description, wait: calm, directives: DIRECTIVES },
    ...{ unsafeFast, matrixUnits: units, memory },
  };
  if (!sharesCompiledKernels(description)) return openGpu(adapter, options);
  const openHelper = async (): Promise<Gpu> => openGpu((await askDawn(instance))!, options);
  const openHelpers = (): Promise<readonly Gpu[]> => {
    const count = Math.min(MOST_HELPERS, availableParallelism() - 1);
    return Promise.all(Array.from({ length: count }, openHelper));
  };
  return openGpu(adapter, { ...options, openHelpers });
}

/**
 * Finds the best adapter of this machine, or the requested one.
 * @throws GpuError if the package webgpu is missing, or if there is no adapter, or none that
 * matches.
 */
export async function requestNodeAdapter(options: NodeGpuOptions = {}): Promise<FoundAdapter> {
  const flags = flagsFor(options);
  const wish = options.adapter ?? (process.env.LOCKSTEP_ADAPTER || undefined);
  // Each instance of Dawn costs time and lines on standard error, and often the best one is enough.
  const others = wish === undefined ? [] : [allSystemAdapters];
  const sources = [bestSystemAdapter, ...others, embeddedAdapters];
  const found: FoundAdapter[] = [];
  const dawn = await loadDawn();
  for (const source of sources) {
    found.push(...(await source(dawn, flags)));
    const [chosen] = preferAdapters(found, wish);
    if (chosen) return chosen;
  }
  throw noAdapterError(found, wish);
}

/**
 * Opens a device on the best adapter of this machine (a GPU, else Mesa lavapipe, else SwiftShader
 * from @sparticuz/chromium), or on the requested one. It needs the npm package `webgpu`.
 * @throws GpuError if that is missing, or if there is no adapter, or none that matches.
 */
export async function requestNodeGpu(options: NodeGpuOptions = {}): Promise<Gpu> {
  return open(await requestNodeAdapter(options), options);
}

/**
 * Every adapter that `requestNodeGpu` can open, best first.
 * @throws GpuError if the npm package `webgpu` is missing.
 */
export async function listAdapters(): Promise<readonly AdapterDescription[]> {
  const dawn = await loadDawn();
  const found = [...(await allSystemAdapters(dawn, [])), ...(await embeddedAdapters(dawn, []))];
  return preferAdapters(found).map(({ description }) => description);
}
