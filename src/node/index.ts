/** `lockstep-ppo/node`: a device in Node, through Dawn, and parameters in files. */
export { type AdapterDescription, Gpu, GpuError } from '../gpu/device';
export type { TuningMemory } from '../trainer/tuner';
export { adapterWarnings } from './adapter-choice';
export type { NodeGpuOptions } from './dawn';
export { listAdapters, requestNodeGpu } from './dawn';
export {
  ParametersFileError,
  type ParametersOf,
  readParameters,
  writeParameters,
} from './parameters-file';
export { tuningFile } from './tuning-file';
