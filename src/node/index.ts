/** `lockstep-ppo/node`: a device in Node, through Dawn. */
export type { AdapterDescription } from '../gpu/device';
export { adapterWarnings } from './adapter-choice';
export type { NodeGpuOptions } from './dawn';
export { listAdapters, requestNodeGpu } from './dawn';
