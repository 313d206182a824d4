/**
 * Lockstep: PPO training on WebGPU. This file is the public API of `lockstep-ppo`.
 * @module lockstep-ppo
 */
export type { ActionSpace } from './action-space';
export type { ValueHead } from './advantages/value-heads';
export { tuningDatabase } from './browser/tuning-database';
export { isHyperparameter } from './config/changes';
export { ACTIVATIONS, type Activation } from './config/choices';
export { ConfigError } from './config/config-error';
export { DEFAULT_CONFIG } from './config/defaults';
export { CONFIG_GROUPS, type ConfigField, type ConfigGroup, type FieldType } from './config/field';
export { CONFIG_FIELDS } from './config/fields';
export type { LossMetric } from './config/loss-terms';
export type { PerAgent } from './config/per-agent';
export type { PpoConfig } from './config/ppo-config';
export type { DisposableValue } from './dispose';
export { type Ending, type Frame, framesOf } from './drawing/frames';
export { type Painter, paintDrawing } from './drawing/paint';
export { PALETTES, type Palette, type Rgb, type Theme } from './drawing/palette';
export type { DataTable, DataTables, TableType } from './environments/data-table';
export { defineHostEnvironment, type HostEnvironmentDefinition } from './environments/define-host';
export {
  defineEnvironment,
  type EnvironmentDefinition,
  EnvironmentError,
  type ErrorDetails,
  type ObservationField,
} from './environments/definition';
export { drawState } from './environments/draw';
export type {
  CircleShape,
  Color,
  Drawing,
  LineShape,
  Point,
  PolygonShape,
  Shape,
  ShownStep,
  TextShape,
  View,
} from './environments/drawing';
export {
  type HostShown,
  type HostStepped,
  type HostSteps,
  type HostWorld,
  HostWorldError,
  type HostWorldOptions,
} from './environments/host-world';
export { ENVIRONMENTS, findEnvironment } from './environments/index';
export type { Param, ParamRange, Params } from './environments/param-range';
export type { StateFields, StateValue } from './environments/state-fields';
export { type ActionMask, PolicyInputError } from './export/act-input';
export type { ActionDistribution } from './export/decide';
export {
  type DescribedAction,
  type DescribedField,
  describePolicy,
  type PolicyDescription,
} from './export/describe-policy';
export { type ExportedModule, exportModule } from './export/export-module';
export { exportOnnx } from './export/export-onnx';
export { exportJson, exportSafetensors } from './export/export-weights';
export { PolicyImportError } from './export/foreign-file';
export {
  type ActOptions,
  type Decision,
  HostPolicy,
  loadPolicy,
  type ObservationLike,
} from './export/host-policy';
export { importPolicy } from './export/import-policy';
export type { AgentOption } from './export/policy-model';
export type { AdapterDescription, AdapterKind } from './gpu/adapter';
export { type ElementType, type FloatType, LimitError, type Tensor } from './gpu/arena';
export {
  Gpu,
  GpuError,
  requestGpu,
  type WebGpuDevice,
} from './gpu/device';
export { type Access, type Dispatch, type DispatchOptions, read, write } from './gpu/kernel';
export type { MatrixUnits } from './gpu/matrix-units';
export type { KernelSource } from './gpu/program';
export { declareTensor, type Runtime, recordDispatch } from './gpu/runtime';
export { ShaderError } from './gpu/shader-error';
export type { ErrorPlace } from './gpu/source-location';
export {
  type ParameterBlock,
  type SampleBlock,
  type SampleCount,
  wholeRows,
} from './kernels/blocks';
export type { RunningStatistics } from './kernels/running-moments';
export { combineLoggers } from './logging/combine-loggers';
export { episodeHistograms } from './logging/episode-histogram';
export type {
  EndEntry,
  EvaluationEntry,
  HistogramEntry,
  IterationEntry,
  LogEntry,
  Logger,
  LogPlace,
  NoteEntry,
  RunDescription,
  StartEntry,
} from './logging/logger';
export { metricsLogger } from './logging/metric-lines';
export { notesLogger } from './logging/note-lines';
export { MemorySink, type Sink } from './logging/sink';
export type { NetworkKinds } from './network/actor-critic';
export {
  describePlan,
  type ForwardByLaneNeurons,
  type ForwardByLaneSamples,
  type ForwardPlan,
  type FusedForward,
  type FusedUpdatePlan,
  type KernelPlan,
  LAYERED,
  LAYERED_ON_MATRIX_UNITS,
  type LaneSamples,
  type LayeredForward,
  type LayeredUpdatePlan,
  type SubgroupLanes,
  type TiledUpdate,
  type UpdateByLaneNeurons,
  type UpdateByLaneSamples,
  type UpdatePlan,
} from './network/kernel-plan';
export { type MlpOptions, mlp } from './network/mlp-layout';
export type {
  GradientTarget,
  Network,
  NetworkKind,
  NetworkLayout,
  NetworkOptions,
  NetworkSizes,
  OutputStart,
  RandomNumbers,
} from './network/network';
export type { EnvironmentFault } from './rollout/episode';
export type { RolloutBuffer, RolloutSizes } from './rollout/rollout-buffer';
export type { AbortSignalLike } from './trainer/abort-signal';
export { checkEnvironment } from './trainer/check-environment';
export { type Checkpoint, type CheckpointOrigin, decodeCheckpoint } from './trainer/checkpoint';
export { createTrainer } from './trainer/create-trainer';
export type { CheckOptions, EnvironmentCheck } from './trainer/environment-check';
export type { EpisodeSummary } from './trainer/episode-summary';
export type { EvaluateOptions } from './trainer/evaluate-options';
export { NonFiniteError } from './trainer/guard';
export { TrainerError } from './trainer/lifecycle';
export type { LiveOptions, Steer, SteeredState } from './trainer/live-options';
export type { LiveStep } from './trainer/live-step';
export type {
  AgentMetrics,
  EpisodeBatch,
  EpisodeResult,
  Evaluation,
  IterationReport,
  ReturnSummary,
} from './trainer/metrics';
export type { PlayOptions } from './trainer/play-options';
export type { LiveState, PlayedStep } from './trainer/played-step';
export type { Policy } from './trainer/policy';
export { type RestoreOptions, restoreTrainer } from './trainer/restore-trainer';
export { SavedFileError } from './trainer/saved-file';
export { decodePolicy, encodePolicy, type SavedPolicy } from './trainer/saved-policy';
export { selectAgents } from './trainer/select-agents';
export type { SnapshotTensor, TrainerSnapshot, TrainingCounters } from './trainer/snapshot';
export type { BestPolicy, StopConditions, StopReason } from './trainer/stop-conditions';
export { Trainer } from './trainer/trainer';
export type { TrainerOptions } from './trainer/trainer-options';
export {
  type PlanTiming,
  type TuneOptions,
  type Tuning,
  type TuningMemory,
  tunePlan,
} from './trainer/tuner';
export type { Fault } from './update/check-update';
