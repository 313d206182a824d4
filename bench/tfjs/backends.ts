/** tfjs's backends in Node. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from './workload';

/** Where the package keeps its .wasm files. */
export function wasmFolder(): string {
  return `${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`;
}

async function openWasm(): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(wasmFolder());
  await tf.setBackend('wasm');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return simd ? 'wasm with SIMD' : 'wasm without SIMD';
}

async function openWebgpu(): Promise<string> {
  const { registerWebgpu } = await import('./webgpu-node');
  const adapter = await registerWebgpu();
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
export async function openBackend(name: BackendName): Promise<string> {
  tf.enableProdMode();
  const opened = await OPENERS[name]();
  if (tf.getBackend() !== name) throw new Error(`tfjs runs on ${tf.getBackend()}, not on ${name}`);
  return `tfjs ${tf.version_core}, ${opened}, Node ${process.versions.node}`;
}
