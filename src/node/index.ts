/** `lockstep-ppo/node`: devices in Node, through Dawn, and policy files. */
export type { AdapterDescription, AdapterKind } from '../gpu/adapter';
export { Gpu, GpuError } from '../gpu/device';
export type { RunningStatistics } from '../kernels/running-moments';
export type { Policy } from '../trainer/policy';
export type { TuningMemory } from '../trainer/tuner';
export { adapterWarnings } from './adapter-choice';
export type { NodeGpuOptions } from './dawn';
export { listAdapters, requestNodeGpu } from './dawn';
export {
  PolicyFileError,
  type PolicyOwner,
  readPolicy,
  readSavedPolicy,
  writePolicy,
} from './policy-file';
export { tuningFile } from './tuning-file';
