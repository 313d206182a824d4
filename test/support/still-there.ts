import type { Gpu } from '../../src/gpu/device';

/** Labels of the buffers that are not destroyed; the device refuses to use destroyed ones. */
export async function stillThere(gpu: Gpu, buffers: readonly GPUBuffer[]): Promise<string[]> {
  const alive: string[] = [];
  for (const buffer of buffers) {
    gpu.device.pushErrorScope('validation');
    const encoder = gpu.device.createCommandEncoder();
    encoder.clearBuffer(buffer);
    gpu.device.queue.submit([encoder.finish()]);
    const error = await gpu.wait(gpu.device.popErrorScope());
    if (!error?.message.includes('destroyed')) alive.push(buffer.label);
  }
  return alive;
}
