// A program that has WebGPU's types: TypeScript's own from 6 on, before those of @webgpu/types.
import { type Gpu, requestGpu } from 'lockstep-ppo';

const gpu: Gpu = await requestGpu();
export const device: GPUDevice = gpu.device;
// @ts-expect-error no such member
gpu.device.nonsense;
