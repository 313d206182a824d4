/** Readback to the host: a ring of small buffers for the loop, single tensors outside it. */
import type { Tensor } from './arena';
import type { Gpu } from './device';

/** A buffer that the host can read after a copy into it. */
export function createReadable(gpu: Gpu, label: string, bytes: number): GPUBuffer {
  return gpu.device.createBuffer({
    label,
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
}

/**
 * The bytes of such a buffer, once what was submitted has run.
 * @param isDestroyed whether the buffer is gone, since nobody wants the bytes any more
 */
export async function readMapped(
  gpu: Gpu,
  buffer: GPUBuffer,
  isDestroyed?: () => boolean,
): Promise<ArrayBuffer> {
  await gpu.wait(buffer.mapAsync(GPUMapMode.READ), isDestroyed);
  const copy = buffer.getMappedRange().slice(0);
  buffer.unmap();
  return copy;
}

/** Buffers used in turn, so that an iteration's report is read while the next iterations run. */
export class ReadbackRing {
  private readonly buffers: readonly GPUBuffer[];
  private next = 0;
  private isDestroyed = false;

  constructor(
    private readonly gpu: Gpu,
    private readonly tensor: Tensor,
    readonly size = 3,
  ) {
    this.buffers = Array.from({ length: size }, (_, index) =>
      createReadable(gpu, `readback ${index} of ${tensor.name}`, tensor.bytes),
    );
  }

  /** Encodes a copy of the tensor; returns the slot to `read` once the commands are submitted. */
  copy(encoder: GPUCommandEncoder): number {
    const slot = this.next;
    this.next = (this.next + 1) % this.size;
    encoder.copyBufferToBuffer(this.tensor.buffer, 0, this.buffers[slot]!, 0, this.tensor.bytes);
    return slot;
  }

  /** The tensor's bytes at the time of the latest copy into the slot. */
  read(slot: number): Promise<ArrayBuffer> {
    return readMapped(this.gpu, this.buffers[slot]!, () => this.isDestroyed);
  }

  destroy(): void {
    this.isDestroyed = true;
    for (const buffer of this.buffers) buffer.destroy();
  }
}

/** Reads a whole tensor; creates and frees a buffer, so it does not belong in the loop. */
export async function readTensor(gpu: Gpu, tensor: Tensor): Promise<ArrayBuffer> {
  const readable = createReadable(gpu, `readback of ${tensor.name}`, tensor.bytes);
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(tensor.buffer, 0, readable, 0, tensor.bytes);
  gpu.device.queue.submit([encoder.finish()]);
  try {
    return await readMapped(gpu, readable);
  } finally {
    readable.destroy();
  }
}

/** Overwrites the beginning of a tensor. */
export function writeTensor(gpu: Gpu, tensor: Tensor, data: Float32Array | Uint32Array): void {
  gpu.device.queue.writeBuffer(
    tensor.buffer,
    0,
    data.buffer as ArrayBuffer,
    data.byteOffset,
    data.byteLength,
  );
}
