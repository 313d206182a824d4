/**
 * `lockstep-ppo/node`: devices in Node, through Dawn, and files: policies, runs, pictures.
 * @module lockstep-ppo/node
 */
export type { DisposableValue } from '../dispose';
export type { GridSize } from '../drawing/grid';
export type { Theme } from '../drawing/palette';
export { encodePng } from '../drawing/png';
export { type Picture, type PictureOptions, rasterize } from '../drawing/rasterize';
export {
  type MovingOptions,
  type RecordingOptions,
  recordGif,
  recordSheet,
} from '../drawing/recording';
export { type TerminalFrameOptions, terminalFrame } from '../drawing/terminal-frame';
export type { AdapterDescription, AdapterKind } from '../gpu/adapter';
export { Gpu, GpuError } from '../gpu/device';
export type { RunningStatistics } from '../kernels/running-moments';
export type { LoggedDescription, LoggedSummary } from '../logging/logged-files';
export type { LoggedRun } from '../logging/logged-run';
export type { HistogramEntry, LogEntry, Logger, LogPlace } from '../logging/logger';
export type { MetricLine } from '../logging/metric-lines';
export type { RunState } from '../logging/run-state';
export type { Sink } from '../logging/sink';
export { type TensorBoardOptions, tensorBoardLogger } from '../logging/tensorboard';
export type { Policy } from '../trainer/policy';
export type { TuningMemory } from '../trainer/tuner';
export { adapterWarnings } from './adapter-choice';
export type { NodeGpuOptions } from './dawn';
export { listAdapters, requestNodeGpu } from './dawn';
export { fileSink, LogFileError } from './file-sink';
export { type FolderLoggerOptions, folderLogger } from './folder-logger';
export { type GymnasiumOptions, gymnasiumEnvironment } from './gymnasium';
export {
  PolicyFileError,
  type PolicyOwner,
  readPolicy,
  readSavedPolicy,
  writePolicy,
} from './policy-file';
export { readRun } from './run-reader';
export { tuningFile } from './tuning-file';
export { type WorkerOptions, workerEnvironment } from './worker-environment';
