/** What an adapter is, by what any engine tells of it: Dawn and browsers give names, wgpu gives numbers of vendors. */

/**
 * Computes on the processor, on a GPU that shares the processor's memory, or on one with memory of its own; unknown
 * where the platform keeps private which GPU it is.
 */
export type AdapterKind = 'software' | 'integrated' | 'discrete' | 'unknown';

/** An adapter, a GPU or software that stands in for one, as it is shown to people. */
export interface AdapterDescription {
  /** Name for people, e.g. "lavapipe (llvmpipe: Mesa 25.0.7, LLVM 15.0.6)". */
  readonly name: string;
  /** Vendor in small letters, e.g. "nvidia"; empty where the platform keeps it private. */
  readonly vendor: string;
  /** WebGPU's `GPUAdapterInfo.architecture`, e.g. "ampere"; empty where the platform keeps it private. */
  readonly architecture: string;
  /** What it computes on. */
  readonly kind: AdapterKind;
  /** False for a software adapter (lavapipe, SwiftShader, WARP). */
  readonly hardware: boolean;
}

/** Numbers of vendors (PCI, and Khronos's from 0x10000 on), which wgpu gives in place of names. */
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

/** How GPUs of a vendor are told apart: the first pattern that fits vendor, architecture and names. */
const KINDS: readonly (readonly [RegExp, AdapterKind])[] = [
  [/\b(apple|arm|broadcom|img-tec|qualcomm|samsung)\b/, 'integrated'],
  [/\bnvidia\b.*\b(gb10|orin|tegra|thor|xavier)\b/, 'integrated'],
  [/\bnvidia\b/, 'discrete'],
  [/\bintel\b.*\b(dg1|dg2|xe-hpg|xe-2-?hpg|flex|data center gpu|[ab]\d{3}m?)\b/, 'discrete'],
  [/\bintel\b/, 'integrated'],
  [/\bamd\b.*\b(rx|instinct|mi\d{2,3}\w?|vega frontier|pro (w|v|vii)\w*|r[79] \w+)\b/, 'discrete'],
  [/\bamd\b.*(radeon(\(tm\))? ((vega )?(\d+ )?graphics|\d{3}m\b)|custom gpu)/, 'integrated'],
];

/** The vendor's name in small letters. */
function vendorName({ vendor }: GPUAdapterInfo): string {
  return VENDORS.get(Number(vendor)) ?? vendor.toLowerCase();
}

/** What an adapter computes on. */
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
