/** `lockstep doctor`: the adapter in use, and whether it computes correctly. */

import shader from '../../shaders/cli/doctor.wesl';
import type { AdapterKind } from '../gpu/adapter';
import type { Gpu } from '../gpu/device';
import { matrixUnitsFault } from '../kernels/linear/matrix-units/matrix-check';
import { adapterWarnings } from '../node/adapter-choice';

/** Number of terms, as in doctor.wesl. */
const TERMS = 1000;

/** The limits that restrict the size of a run. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** The kinds of adapter as shown to the user. */
const KINDS: Readonly<Record<AdapterKind, string>> = {
  software: 'software',
  integrated: 'integrated GPU',
  discrete: 'discrete GPU',
  unknown: 'GPU',
};

export type InspectedLimit = (typeof LIMITS)[number];

export interface Inspection {
  readonly adapter: string;
  readonly vendor: string;
  readonly architecture: string;
  /** Software, or the kind of GPU. */
  readonly kind: AdapterKind;
  readonly hardware: boolean;
  /** Features of the device, sorted. */
  readonly features: readonly string[];
  /** Limits of the device; sizes in bytes. */
  readonly limits: Readonly<Record<InspectedLimit, number>>;
  /** Whether stages can be timed on the device. */
  readonly timestamps: boolean;
  /** Whether the device was opened without validation and bounds checks. */
  readonly unsafeFast: boolean;
  /** Sizes of the matrix units' products, or their fault; null if not requested. */
  readonly matrixUnits: string | null;
  /** 'ok', or the error of a small computation. */
  readonly computation: string;
  readonly advice: readonly string[];
}

/** The sum that the shader computes. */
export function expectedSum(): number {
  let sum = 0;
  for (let i = 0; i < TERMS; i += 1) sum += i * i;
  return sum;
}

async function computeSum(gpu: Gpu, code: string): Promise<number> {
  const { device } = gpu;
  const module = device.createShaderModule({ label: 'doctor', code });
  const pipeline = await gpu.wait(
    device.createComputePipelineAsync({ label: 'doctor', layout: 'auto', compute: { module } }),
  );
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const result = device.createBuffer({ label: 'doctor result', size: 4, usage });
  const readable = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const copy = device.createBuffer({ label: 'doctor copy', size: 4, usage: readable });
  const entries = [{ binding: 0, resource: { buffer: result } }];
  const bindings = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const commands = device.createCommandEncoder({ label: 'doctor' });
  const pass = commands.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindings);
  pass.dispatchWorkgroups(1);
  pass.end();
  commands.copyBufferToBuffer(result, 0, copy, 0, 4);
  device.queue.submit([commands.finish()]);
  await gpu.wait(copy.mapAsync(GPUMapMode.READ) as Promise<unknown>);
  const sum = new Uint32Array(copy.getMappedRange())[0]!;
  for (const buffer of [result, copy]) buffer.destroy();
  return sum;
}

/** 'ok' if the device computes the same as this processor, else the error. */
export async function checkComputation(gpu: Gpu, code: string = shader): Promise<string> {
  try {
    const sum = await computeSum(gpu, code);
    const expected = expectedSum();
    return sum === expected ? 'ok' : `the device computed ${sum} instead of ${expected}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function advise(inspection: Omit<Inspection, 'advice'>): readonly string[] {
  const advice: string[] = [...adapterWarnings({ ...inspection, name: inspection.adapter })];
  if (inspection.computation !== 'ok') {
    advice.push('update the driver, or choose another adapter with LOCKSTEP_ADAPTER');
  }
  if (inspection.architecture === 'swiftshader') {
    advice.push(
      'Mesa lavapipe is many times faster: install Mesa 23 or newer (mesa-vulkan-drivers)',
    );
  }
  if (!inspection.timestamps) {
    advice.push('the adapter has no timestamp-query: stages cannot be timed on the device');
  }
  return advice;
}

async function inspectMatrixUnits(gpu: Gpu): Promise<string> {
  const fault = await matrixUnitsFault(gpu);
  if (fault !== undefined) return fault;
  const { M, N, K, lanes } = gpu.matrixUnits!;
  return `${M} × ${K} by ${K} × ${N} in subgroups of ${lanes}, exact to half precision`;
}

/**
 * Inspects an open device and runs a small computation on it.
 * @param withMatrixUnits whether matrix units were requested
 */
export async function inspect(gpu: Gpu, withMatrixUnits = false): Promise<Inspection> {
  const { name, vendor, architecture, kind, hardware } = gpu.adapter;
  const limits = Object.fromEntries(LIMITS.map((limit) => [limit, gpu.device.limits[limit]]));
  const facts = {
    adapter: name,
    vendor,
    architecture,
    kind,
    hardware,
    features: [...gpu.device.features].sort(),
    limits: limits as Record<InspectedLimit, number>,
    timestamps: gpu.hasTimestamps,
    unsafeFast: gpu.unsafeFast,
    matrixUnits: withMatrixUnits ? await inspectMatrixUnits(gpu) : null,
    computation: await checkComputation(gpu),
  };
  return { ...facts, advice: advise(facts) };
}

/** Text for the user, one fact per line. */
export function formatInspection(inspection: Inspection): string {
  const { adapter, vendor, architecture, kind, features, limits, timestamps } = inspection;
  const row = (label: string, value: string): string => `${label.padEnd(36)}${value}`;
  return [
    row('adapter', adapter),
    row('kind', KINDS[kind]),
    row('vendor, architecture', `${vendor || 'unknown'}, ${architecture || 'unknown'}`),
    row('computation', inspection.computation),
    ...(inspection.unsafeFast
      ? [row('--unsafe-fast', 'without validation and bounds checks')]
      : []),
    ...(inspection.matrixUnits === null ? [] : [row('matrix units', inspection.matrixUnits)]),
    row('timestamps', timestamps ? 'yes' : 'no'),
    row('features', features.join(', ') || 'none'),
    ...Object.entries(limits).map(([limit, value]) => row(limit, value.toLocaleString('en-US'))),
    ...inspection.advice.map((advice) => `! ${advice}`),
  ].join('\n');
}
