/** Runs dispatches on tensors and reads back the results. */
import { Arena, type ElementType, elementCount, type Tensor } from '../../src/gpu/arena';
import { halfOf } from '../../src/gpu/half';
import { type Dispatch, KernelLibrary } from '../../src/gpu/kernel';
import { readTensor, writeTensor } from '../../src/gpu/readback';
import type { Runtime } from '../../src/gpu/runtime';
import { encodeStages } from '../../src/gpu/stage';
import { Rng } from '../../src/kernels/rng';
import { openTestGpu } from './gpu';
import { halfBits, roundHalf } from './half';
import { SHADER_SOURCES } from './shader-sources';

/** A runtime on the file's device; `shaders` are additional modules by path. */
export async function openRuntime(shaders: Readonly<Record<string, string>> = {}) {
  const gpu = await openTestGpu();
  const kernels = new KernelLibrary(gpu, async () => ({ ...SHADER_SOURCES, ...shaders }));
  return { gpu, kernels, arena: new Arena(gpu) };
}

/** A tensor of floats with these values; default zeros. */
export function floats(
  { gpu, arena }: Runtime,
  shape: readonly number[],
  values: Iterable<number> = [],
): Tensor {
  const tensor = arena.declare(`floats ${shape.join(' x ')}`, shape);
  arena.allocate();
  writeTensor(gpu, tensor, Float32Array.from(values));
  return tensor;
}

/** A tensor of floats in half precision, each rounded to the nearest. */
export function halves(
  { gpu, arena }: Runtime,
  shape: readonly number[],
  values: readonly number[] = [],
): Tensor {
  const tensor = arena.declare(`halves ${shape.join(' x ')}`, shape, 'f16');
  arena.allocate();
  const bits = new Uint16Array(tensor.bytes / 2);
  bits.set(values.map((value) => halfBits(roundHalf(value))));
  writeTensor(gpu, tensor, new Uint32Array(bits.buffer));
  return tensor;
}

/** A tensor of 32-bit words with these values; default zeros. */
export function words(
  { gpu, arena }: Runtime,
  shape: readonly number[],
  values: Iterable<number> = [],
): Tensor {
  const tensor = arena.declare(`words ${shape.join(' x ')}`, shape, 'u32');
  arena.allocate();
  writeTensor(gpu, tensor, Uint32Array.from(values));
  return tensor;
}

/** Compiles, encodes and submits dispatches in order. */
export async function runDispatches(
  { gpu, kernels }: Runtime,
  dispatches: readonly Dispatch[],
): Promise<void> {
  await kernels.compiled();
  const encoder = gpu.device.createCommandEncoder();
  encodeStages(encoder, [{ name: 'test', dispatches }]);
  gpu.device.queue.submit([encoder.finish()]);
  await gpu.idle();
}

/** The floats of a buffer that are stored as `type`. */
export function floatsOf(bytes: ArrayBuffer, type: ElementType): number[] {
  return type === 'f16' ? [...new Uint16Array(bytes)].map(halfOf) : [...new Float32Array(bytes)];
}

export async function readFloats({ gpu }: Pick<Runtime, 'gpu'>, tensor: Tensor): Promise<number[]> {
  const all = floatsOf(await readTensor(gpu, tensor), tensor.type);
  return all.slice(0, elementCount(tensor.shape));
}

export async function readWords({ gpu }: Pick<Runtime, 'gpu'>, tensor: Tensor): Promise<number[]> {
  return [...new Uint32Array(await readTensor(gpu, tensor), 0, elementCount(tensor.shape))];
}

/** Standard normal numbers times `scale`, exact in float32; the same for the same seed. */
export function randomFloats(count: number, seed: number, scale = 1): number[] {
  const rng = new Rng([seed, 0, 0, 0], [0, 0, 0]);
  return Array.from({ length: count }, () => Math.fround(scale * rng.normal()));
}
