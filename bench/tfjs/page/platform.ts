/** The browser's part: its backends, and workers of workers. */
import * as tf from '@tensorflow/tfjs-core';
import type { CrewOrders } from '../hand-tuned/crew';
import type { Mate, Platform } from '../hand-tuned/learner';
import type { BackendName } from '../workload';

async function openWasm(): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // One thread per backend, as in Node; several threads are several backends here.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths('/');
  await tf.setBackend('wasm');
  return (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'wasm with SIMD' : 'wasm';
}

async function openWebgpu(): Promise<string> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('the browser offers no WebGPU adapter');
  await import('@tensorflow/tfjs-backend-webgpu');
  await tf.setBackend('webgpu');
  const { description, architecture, vendor } = adapter.info;
  return `webgpu on ${description || architecture || vendor}`;
}

async function openCpu(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  return 'cpu';
}

const OPENERS = { wasm: openWasm, webgpu: openWebgpu, cpu: openCpu } as const;

export async function openBackend(name: BackendName): Promise<string> {
  tf.enableProdMode();
  const opened = await OPENERS[name]();
  if (tf.getBackend() !== name) throw new Error(`tfjs runs on ${tf.getBackend()}, not on ${name}`);
  const chromium = /Chrome\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? navigator.userAgent;
  return `tfjs ${tf.version_core}, ${opened}, ${chromium}`;
}

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
