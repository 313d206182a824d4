/** tfjs's backends in Node. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type Host, openBackendOn } from './open-backend';
import type { BackendName } from './workload';

/** Folder of the package's .wasm files. */
export function wasmFolder(): string {
  return `${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`;
}

const NODE: Host = {
  name: `Node ${process.versions.node}`,
  wasmFolder,
  registerWebgpu: async () => (await import('./webgpu-node')).registerWebgpu(),
};

/** Makes a backend the current one; returns what to call it, with tfjs's version. */
export const openBackend = (name: BackendName): Promise<string> => openBackendOn(NODE, name);
