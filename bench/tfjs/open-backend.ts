/** Opens tfjs's backends, for Node (backends.ts) and for pages (page/platform.ts). */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from './workload';

/** Differences between hosts. */
export interface Host {
  /** Its name with its version. */
  readonly name: string;
  /** Folder of the wasm backend's .wasm files, with a slash at the end. */
  wasmFolder(): string;
  /** Registers the webgpu backend; resolves to its adapter's name. */
  registerWebgpu(): Promise<string>;
}

async function openWasm(host: Host): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // One thread per backend, also where tfjs has threads of its own; several threads are several
  // backends.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(host.wasmFolder());
  await tf.setBackend('wasm');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return simd ? 'wasm with SIMD' : 'wasm without SIMD';
}

async function openWebgpu(host: Host): Promise<string> {
  const adapter = await host.registerWebgpu();
  await tf.setBackend('webgpu');
  return `webgpu on ${adapter}`;
}

async function openCpu(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  return 'cpu';
}

const OPENERS = { wasm: openWasm, webgpu: openWebgpu, cpu: openCpu } as const;

/** Makes a backend the current one; returns what to call it, with tfjs's version. */
export async function openBackendOn(host: Host, name: BackendName): Promise<string> {
  tf.enableProdMode();
  const opened = await OPENERS[name](host);
  if (tf.getBackend() !== name) throw new Error(`tfjs runs on ${tf.getBackend()}, not on ${name}`);
  return `tfjs ${tf.version_core}, ${opened}, ${host.name}`;
}
