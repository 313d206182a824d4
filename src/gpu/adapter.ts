/**
 * Describes an adapter on any engine: Dawn and browsers report vendor names, wgpu vendor numbers.
 */

/**
 * software: runs on the CPU; integrated: a GPU that shares the CPU's memory; discrete: a GPU with
 * its own memory; unknown: the platform hides which GPU it is.
 */
export type AdapterKind = 'software' | 'integrated' | 'discrete' | 'unknown';

/** An adapter, a GPU or its software replacement, as shown to people. */
export interface AdapterDescription {
  /** Display name, e.g. "lavapipe (llvmpipe: Mesa 25.0.7, LLVM 15.0.6)". */
  readonly name: string;
  /** Vendor in lower case, e.g. "nvidia"; empty if the platform hides it. */
  readonly vendor: string;
  /** WebGPU's `GPUAdapterInfo.architecture`, e.g. "ampere"; empty if the platform hides it. */
  readonly architecture: string;
  /** The kind of hardware that it computes on. */
  readonly kind: AdapterKind;
  /** False for a software adapter (lavapipe, SwiftShader, WARP). */
  readonly hardware: boolean;
}

/** Names of the vendor IDs (PCI, and Khronos's from 0x10000 on) that wgpu reports. */
const VENDORS: ReadonlyMap<number, string> = new Map([
  [0x1002, 'amd'],
  [0x1010, 'img-tec'],
  [0x106b, 'apple'],
  [0x10de, 'nvidia'],
  [0x13b5, 'arm'],
  [0x1414, 'microsoft'],
  [0x14e4, 'broadcom'],
  [0x1ae0, 'google'],
  [0x5143, 'qualcomm'],
  [0x8086, 'intel'],
  [0x10005, 'mesa'],
]);

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|\bwarp\b|basic render/;

/** Kinds of GPUs by vendor, architecture and names; the first pattern that matches decides. */
const KINDS: readonly (readonly [RegExp, AdapterKind])[] = [
  [/\b(apple|arm|broadcom|img-tec|qualcomm|samsung)\b/, 'integrated'],
  [/\bnvidia\b.*\b(gb10|orin|tegra|thor|xavier)\b/, 'integrated'],
  [/\bnvidia\b/, 'discrete'],
  [/\bintel\b.*\b(dg1|dg2|xe-hpg|xe-2-?hpg|flex|data center gpu|[ab]\d{3}m?)\b/, 'discrete'],
  [/\bintel\b/, 'integrated'],
  [/\bamd\b.*\b(rx|instinct|mi\d{2,3}\w?|vega frontier|pro (w|v|vii)\w*|r[79] \w+)\b/, 'discrete'],
  [/\bamd\b.*(radeon(\(tm\))? ((vega )?(\d+ )?graphics|\d{3}m\b)|custom gpu)/, 'integrated'],
];

/** The vendor's name in lower case. */
function vendorName({ vendor }: GPUAdapterInfo): string {
  return VENDORS.get(Number(vendor)) ?? vendor.toLowerCase();
}

/** The kind of hardware that an adapter computes on. */
export function adapterKind(info: GPUAdapterInfo): AdapterKind {
  const words = [vendorName(info), info.architecture, info.device, info.description]
    .join(' ')
    .toLowerCase();
  if (info.isFallbackAdapter || SOFTWARE.test(words)) return 'software';
  return KINDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'unknown';
}

export function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  const kind = adapterKind(info);
  return {
    name: info.description || info.device || info.architecture || info.vendor || 'unnamed adapter',
    vendor: vendorName(info),
    architecture: info.architecture,
    kind,
    hardware: kind !== 'software',
  };
}
