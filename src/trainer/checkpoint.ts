/**
 * A run under way as bytes, in the safetensors format: every tensor that the loop carries, the
 * host's counters, the environment, the configuration, and where the run was.
 */
import { version } from '../../package.json';
import type { EnvironmentDefinition } from '../environments/definition';
import type { TensorData } from '../formats/safetensors';
import { isPlan, type KernelPlan } from '../network/kernel-plan';
import { variedParams } from './run-params';
import { decodeSaved, encodeSaved, type SavedFile, SavedFileError } from './saved-file';
import type { SnapshotTensor, TrainerSnapshot, TrainingCounters } from './snapshot';

/** Where a checkpoint was made. Another place continues it within rounding. */
export interface CheckpointOrigin {
  /** Version of this library. */
  readonly version: string;
  /** Name of the adapter. */
  readonly adapter: string;
  /** The kernels that ran. */
  readonly plan: KernelPlan;
}

/** What `Trainer.save` writes and `restoreTrainer` reads. */
export interface Checkpoint {
  /** Complete, with the text of its module. */
  readonly environment: EnvironmentDefinition;
  /** What `Trainer.restore` takes. */
  readonly snapshot: TrainerSnapshot;
  /** Where it was made. */
  readonly origin: CheckpointOrigin;
}

/** A checkpoint without the version, which is this one's. */
export type NewCheckpoint = Omit<Checkpoint, 'origin'> & {
  readonly origin: Omit<CheckpointOrigin, 'version'>;
};

export function encodeCheckpoint(checkpoint: NewCheckpoint): Uint8Array {
  const { environment, snapshot, origin } = checkpoint;
  const { tensors, counters, config, worlds } = snapshot;
  const saved = Object.entries(tensors).map(([name, { shape, data }]): [string, TensorData] => [
    name,
    { shape, values: data },
  ]);
  return encodeSaved({
    ...{ kind: 'checkpoint', environment, config },
    tensors: Object.fromEntries(saved),
    details: { counters, origin: { version, ...origin }, ...(worlds && { worlds }) },
  });
}

/**
 * Reads the bytes of `Trainer.save`. Whether the tensors fit the configuration is checked by
 * `Trainer.restore`; here, only those sizes that a device would be asked for.
 * @throws SavedFileError if the bytes are no checkpoint, or damaged.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const file = decodeSaved(bytes, ['checkpoint']);
  const { environment, config, tensors, details } = file;
  checkSizes(file);
  const params = variedParams(environment);
  return {
    environment,
    snapshot: {
      tensors: Object.fromEntries(Object.entries(tensors).map(snapshotTensor)),
      counters: checkedCounters(details.counters),
      config,
      ...(params && { params }),
      ...(details.worlds !== undefined && { worlds: checkedWorlds(details.worlds) }),
    },
    origin: checkedOrigin(details.origin),
  };
}

function snapshotTensor([name, { shape, values }]: [string, TensorData]): [string, SnapshotTensor] {
  if (values instanceof Float64Array || values instanceof Int32Array) {
    const type = values instanceof Int32Array ? 'int32' : 'float64';
    throw new SavedFileError(`has a tensor ${name} of ${type}; it must be float32 or uint32`);
  }
  return [name, { shape, data: values }];
}

/** The tensors whose first axes must be the agents and the environments of the configuration. */
function checkSizes({ tensors, config: { numAgents, numEnvs } }: SavedFile): void {
  const wanted: Readonly<Record<string, readonly number[]>> = {
    agents: [numAgents],
    environmentStates: [numAgents, numEnvs],
    episodes: [numAgents, numEnvs],
  };
  for (const [name, sizes] of Object.entries(wanted)) {
    const shape = tensors[name]?.shape;
    if (sizes.every((size, axis) => shape?.[axis] === size)) continue;
    const found = shape ? `the shape [${shape.join(', ')}]` : 'no shape, since it is missing';
    throw new SavedFileError(
      `is damaged: its tensor ${name} has ${found}; it must begin with [${sizes.join(', ')}] ` +
        '(numAgents, numEnvs)',
    );
  }
}

function checkedCounters(counters: unknown): TrainingCounters {
  const { iteration, seconds, evaluations, recentEpisodes } = fieldsOf(counters, 'counters');
  const isNumber = [iteration, seconds, evaluations].every((each) => typeof each === 'number');
  const isList =
    Array.isArray(recentEpisodes) &&
    recentEpisodes.every((list) => Array.isArray(list) && list.every(isObject));
  if (isNumber && isList) return counters as TrainingCounters;
  throw new SavedFileError('is damaged: the counters in its metadata are incomplete');
}

function checkedWorlds(worlds: unknown): readonly unknown[] {
  if (Array.isArray(worlds)) return worlds;
  throw new SavedFileError('is damaged: the worlds in its metadata are no list');
}

function checkedOrigin(origin: unknown): CheckpointOrigin {
  const { version: made, adapter, plan } = fieldsOf(origin, 'origin');
  if (typeof made === 'string' && typeof adapter === 'string' && isPlan(plan as KernelPlan)) {
    return origin as CheckpointOrigin;
  }
  throw new SavedFileError('is damaged: its metadata do not say where it was made (origin)');
}

function fieldsOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new SavedFileError(`is damaged: its metadata have no ${name}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
