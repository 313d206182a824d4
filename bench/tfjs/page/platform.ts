/** The browser's part: its backends, and workers of workers. */
import type { CrewOrders } from '../hand-tuned/crew';
import type { Mate, Platform } from '../hand-tuned/learner';
import { type Host, openBackendOn } from '../open-backend';
import type { BackendName } from '../workload';

async function registerWebgpu(): Promise<string> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('the browser offers no WebGPU adapter');
  await import('@tensorflow/tfjs-backend-webgpu');
  const { description, architecture, vendor } = adapter.info;
  return description || architecture || vendor;
}

const PAGE: Host = {
  name: /Chrome\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? navigator.userAgent,
  wasmFolder: () => '/',
  registerWebgpu,
};

export const openBackend = (name: BackendName): Promise<string> => openBackendOn(PAGE, name);

/** The next message of a worker. */
function answer(worker: Worker): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data as readonly number[]);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

async function hire(orders: CrewOrders): Promise<Mate> {
  const worker = new Worker('/mate.js', { type: 'module' });
  const ready = answer(worker);
  worker.postMessage(orders);
  await ready;
  return {
    iterate() {
      const returns = answer(worker);
      worker.postMessage('iterate');
      return returns;
    },
    dismiss: () => worker.terminate(),
  };
}

export const pagePlatform: Platform = { openBackend, hire };
