/**
 * Device memory: tensors are declared first and allocated all at once, so that sizes are checked
 * against the adapter before anything exists.
 */
import type { Gpu } from './device';

/** Storage type of floats; kernels compute in f32. */
export type FloatType = 'f32' | 'f16';
/** What a tensor has elements of. */
export type ElementType = FloatType | 'u32';

/** Number of tensors, the largest first, that the error about total memory names. */
const NAMED_TENSORS = 3;

/** A block of device memory with a shape. One tensor is one buffer and at most one binding. */
export interface Tensor {
  /** For errors. */
  readonly name: string;
  /** Outermost first, e.g. `[K, T, fields, N]`. */
  readonly shape: readonly number[];
  /** What it has elements of. */
  readonly type: ElementType;
  /** Bytes, a multiple of 16. */
  readonly bytes: number;
  /**
   * @throws Error before the arena is allocated.
   * @internal
   */
  readonly buffer: GPUBuffer;
}

/** A tensor exceeds the adapter's limits or memory. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}

class ArenaTensor implements Tensor {
  readonly bytes: number;
  allocated: GPUBuffer | undefined;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly type: ElementType,
    readonly advice: string,
    readonly isUniform = false,
  ) {
    this.bytes = Math.max(
      16,
      Math.ceil(((type === 'f16' ? 2 : 4) * elementCount(shape)) / 16) * 16,
    );
  }

  get buffer(): GPUBuffer {
    if (!this.allocated)
      throw new Error(`tensor ${this.name} is used before its arena is allocated`);
    return this.allocated;
  }
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export class Arena {
  private readonly tensors: ArenaTensor[] = [];

  /** @param advice ends the error messages: what to do when memory does not suffice */
  constructor(
    private readonly gpu: Gpu,
    readonly advice = 'use smaller tensors',
  ) {}

  /**
   * Registers a tensor; `allocate` creates its memory, zeroed.
   * @param advice ends the error if the tensor exceeds the limits; default the arena's advice
   */
  declare(
    name: string,
    shape: readonly number[],
    type: ElementType = 'f32',
    advice = this.advice,
  ): Tensor {
    const tensor = new ArenaTensor(name, shape, type, advice);
    this.tensors.push(tensor);
    return tensor;
  }

  /** Registers a small tensor of f32 that kernels read as a uniform. */
  declareUniform(name: string, shape: readonly number[], advice = this.advice): Tensor {
    const tensor = new ArenaTensor(name, shape, 'f32', advice, true);
    this.tensors.push(tensor);
    return tensor;
  }

  /** Bytes of all declared tensors. */
  get bytes(): number {
    return this.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  }

  /**
   * Creates the buffers of all tensors declared since the last call.
   * @throws LimitError naming the tensor, its size and the adapter's limit, or the largest tensors
   * if their total exceeds the memory; no buffer is created then.
   */
  allocate(): void {
    const pending = this.tensors.filter((tensor) => !tensor.allocated);
    for (const tensor of pending) this.checkLimits(tensor);
    this.checkMemory();
    for (const tensor of pending) {
      tensor.allocated = this.gpu.device.createBuffer({
        label: tensor.name,
        size: tensor.bytes,
        usage:
          (tensor.isUniform ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE) |
          GPUBufferUsage.COPY_SRC |
          GPUBufferUsage.COPY_DST,
      });
    }
  }

  /** Frees all tensors. */
  destroy(): void {
    for (const tensor of this.tensors) tensor.allocated?.destroy();
  }

  private checkLimits(tensor: ArenaTensor): void {
    const { limits } = this.gpu.device;
    const binding = tensor.isUniform
      ? limits.maxUniformBufferBindingSize
      : limits.maxStorageBufferBindingSize;
    const limit = Math.min(binding, limits.maxBufferSize);
    if (tensor.bytes > limit) {
      throw new LimitError(
        `${tensor.name} [${tensor.shape.join(', ')}] needs ${tensor.bytes} bytes, but ` +
          `${this.gpu.adapter.name} allows ${limit} bytes in one buffer: ${tensor.advice}`,
      );
    }
  }

  private checkMemory(): void {
    const { memory, adapter } = this.gpu;
    if (this.bytes <= memory) return;
    const largest = this.tensors
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, NAMED_TENSORS)
      .map(({ name, shape, bytes }) => `${name} [${shape.join(', ')}] ${bytes}`);
    throw new LimitError(
      `the tensors of this run need ${this.bytes} bytes (the largest: ${largest.join('; ')}), ` +
        `but ${adapter.name} has ${memory} bytes of memory: ${this.advice}`,
    );
  }
}
