/** Chooses and describes adapters; nothing is opened here. */
import { readdirSync } from 'node:fs';
import type { AdapterDescription } from '../gpu/adapter';

const LAVAPIPE = /llvmpipe|lavapipe/i;
const SWIFTSHADER = /swiftshader/i;

/** 0: hardware, 1: the system's software adapter (lavapipe, WARP), 2: SwiftShader. */
function rank(adapter: AdapterDescription): number {
  if (adapter.hardware) return 0;
  return SWIFTSHADER.test(adapter.name) ? 2 : 1;
}

function matches(adapter: AdapterDescription, wish: string): boolean {
  const wanted = wish.toLowerCase();
  if (wanted === 'hardware') return adapter.hardware;
  const words = `${adapter.name} ${adapter.vendor} ${adapter.architecture}`.toLowerCase();
  return words.includes(wanted);
}

/**
 * The matching adapters, best first: hardware, then lavapipe, then SwiftShader, else in the given
 * order.
 * @param wish 'hardware', 'lavapipe', 'swiftshader' or part of a name, vendor or architecture
 */
export function preferAdapters<T extends { readonly description: AdapterDescription }>(
  found: readonly T[],
  wish?: string,
): readonly T[] {
  return found
    .filter(({ description }) => wish === undefined || matches(description, wish))
    .toSorted((left, right) => rank(left.description) - rank(right.description));
}

/** Shortens descriptions such as "llvmpipe: Mesa 25.0.7-2~bpo12+1 (LLVM 15.0.6) 0.0.1". */
function lavapipeName(description: string): string {
  const mesa = /Mesa ([\d.]+)/.exec(description)?.[1];
  const llvm = /LLVM ([\d.]+)/.exec(description)?.[1];
  const versions = [mesa && `Mesa ${mesa}`, llvm && `LLVM ${llvm}`].filter(Boolean).join(', ');
  return versions ? `lavapipe (llvmpipe: ${versions})` : 'lavapipe';
}

/** The name shown to users; Dawn's `device` is a slug, its `description` the driver's. */
export function adapterName(info: GPUAdapterInfo): string {
  const { device, description } = info;
  if (LAVAPIPE.test(`${device} ${description}`)) return lavapipeName(description);
  if (SWIFTSHADER.test(`${device} ${description}`)) {
    return `SwiftShader ${/\d+(\.\d+)+/.exec(description)?.[0] ?? ''}`.trim();
  }
  const name = device || info.architecture || info.vendor || 'unnamed adapter';
  return description && description !== name ? `${name} (${description})` : name;
}

/**
 * Whether devices share compiled kernels through Mesa's cache on disk. Only for lavapipe, which
 * compiles at the first dispatch.
 */
export function sharesCompiledKernels(
  adapter: AdapterDescription,
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  const disabled = environment.MESA_SHADER_CACHE_DISABLE ?? 'false';
  return LAVAPIPE.test(adapter.name) && !/^(1|true|y|yes)$/i.test(disabled);
}

/** Device files that the kernel creates for GPUs, e.g. "/dev/nvidia0". */
export function gpuDeviceFiles(root = '/dev'): readonly string[] {
  const list = (folder: string): string[] => {
    try {
      return readdirSync(folder).map((file) => `${folder}/${file}`);
    } catch {
      return [];
    }
  };
  return [...list(root), ...list(`${root}/dri`)]
    .filter((path) => /\/(nvidia\d+|dxg|kfd|renderD\d+)$/.test(path))
    .sort();
}

/** Warnings about the adapter in use: none, or that a GPU is present but unused. */
export function adapterWarnings(
  adapter: Pick<AdapterDescription, 'name' | 'hardware'>,
  deviceFiles: readonly string[] = gpuDeviceFiles(),
): readonly string[] {
  if (adapter.hardware || deviceFiles.length === 0) return [];
  const files = deviceFiles.join(', ');
  const container = files.includes('nvidia')
    ? '; in a container, NVIDIA_DRIVER_CAPABILITIES must name graphics'
    : '';
  return [
    `a GPU seems to be present (${files}), but the software adapter ${adapter.name} is used: ` +
      'install the Vulkan driver of the GPU and give this user access to its files ' +
      `(groups video and render)${container}; LOCKSTEP_DEBUG=1 shows the messages of the drivers`,
  ];
}
