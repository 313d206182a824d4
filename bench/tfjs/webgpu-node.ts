/** tfjs's webgpu backend in Node: on Dawn, on the adapter that Lockstep would take. */
import * as tf from '@tensorflow/tfjs-core';
import { calm } from '../../src/node/calm';
import { requestNodeAdapter } from '../../src/node/dawn';

/** The limits that tfjs raises when it opens a device itself. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** tfjs only looks whether there is a `navigator.gpu`; the device it is given here. */
function pretendNavigator(): void {
  const gpu = {};
  if (typeof navigator === 'undefined') Object.assign(globalThis, { navigator: { gpu } });
  else Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
}

/**
 * Lets tfjs's waits leave the cores to the software adapter, as Lockstep's do (src/node/calm.ts).
 */
function calmWaits(): void {
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (this: GPUBuffer, ...parameters) {
    return calm(mapAsync.apply(this, parameters));
  };
  const { onSubmittedWorkDone } = GPUQueue.prototype;
  GPUQueue.prototype.onSubmittedWorkDone = function (this: GPUQueue) {
    return calm(onSubmittedWorkDone.call(this));
  };
}

/** Registers the backend; returns the adapter's name. */
export async function registerWebgpu(): Promise<string> {
  const { adapter, description } = await requestNodeAdapter();
  const limits = LIMITS.map((limit) => [limit, adapter.limits[limit]] as const);
  const device = await calm(adapter.requestDevice({ requiredLimits: Object.fromEntries(limits) }));
  device.addEventListener('uncapturederror', (event) => {
    console.error((event as GPUUncapturedErrorEvent).error.message);
    process.exit(1);
  });
  // Imported first: if it finds a `navigator.gpu`, it registers a backend of its own choice.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  pretendNavigator();
  calmWaits();
  tf.registerBackend('webgpu', () => new WebGPUBackend(device as never, adapter.info as never), 3);
  // More dispatches per submission than the 15 of tfjs: 3 % faster on lavapipe (measured).
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 100);
  return description.name;
}
