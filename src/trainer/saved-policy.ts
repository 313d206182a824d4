/**
 * A policy with everything that is needed to act without the run that trained it: the environment's
 * description, the configuration, the parameters, the statistics of normalizers.
 */
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { TensorData } from '../formats/safetensors';
import { type RunningStatistics, statisticsOf } from '../kernels/running-moments';
import type { Policy } from './policy';
import { decodeSaved, encodeSaved, type SavedFile, SavedFileError } from './saved-file';

/** What `encodePolicy` writes and `decodePolicy` reads. */
export interface SavedPolicy {
  /** Complete, with the text of its module. */
  readonly environment: EnvironmentDefinition;
  /** Complete configuration, as in `Trainer.config`; `numAgents` is K. */
  readonly config: PpoConfig;
  /** The policies of all agents, as `Trainer.policy` returns them. */
  readonly policy: Policy;
}

const PARAMETERS = 'parameters';
/** The statistics of a policy, by the first part of their tensors' names. */
const STATISTICS = { observations: 'observationStatistics', returns: 'returnStatistics' } as const;
/** The tensors of checkpoints that hold the same statistics. */
const MOMENTS = { observations: 'observationMoments', returns: 'returnMoments' } as const;
/** The second part of the names; each tensor is float64 [agents, fields]. */
const QUANTITIES = ['count', 'mean', 'variance'] as const;

type Normalizer = keyof typeof STATISTICS;

/**
 * The policies of a population as bytes in the safetensors format: `parameters` [K][P] and, with
 * normObs and normReward, `observations.mean` [K][O], `returns.mean` [K][1] and so on. Python's
 * safetensors package opens them.
 */
export function encodePolicy({ environment, config, policy }: SavedPolicy): Uint8Array {
  const agents = config.numAgents;
  const tensor = (values: TensorData['values']): TensorData => ({
    shape: [agents, values.length / agents],
    values,
  });
  const tensors: Record<string, TensorData> = { [PARAMETERS]: tensor(policy.parameters) };
  for (const [prefix, key] of Object.entries(STATISTICS)) {
    const statistics = policy[key];
    if (!statistics) continue;
    for (const name of QUANTITIES) tensors[`${prefix}.${name}`] = tensor(statistics[name]);
  }
  return encodeSaved({ kind: 'policy', environment, config, tensors, details: {} });
}

/**
 * Reads the policies in the bytes of `encodePolicy` or of `Trainer.save`.
 * @throws SavedFileError if the bytes are neither, or damaged.
 */
export function decodePolicy(bytes: Uint8Array): SavedPolicy {
  const file = decodeSaved(bytes, ['policy', 'checkpoint']);
  const { environment, config } = file;
  const { normObs, normReward } = config;
  const { values } = found(file, PARAMETERS, Float32Array, undefined);
  return {
    environment,
    config,
    policy: {
      parameters: finite(PARAMETERS, values),
      observationStatistics: normObs
        ? readStatistics(file, 'observations', environment.observation.length)
        : undefined,
      returnStatistics: normReward ? readStatistics(file, 'returns', 1) : undefined,
    },
  };
}

/** @param fields per agent */
function readStatistics(file: SavedFile, prefix: Normalizer, fields: number): RunningStatistics {
  if (file.kind === 'checkpoint') {
    const { values } = found(file, MOMENTS[prefix], Float32Array, undefined);
    return statisticsOf(values);
  }
  const read = (name: (typeof QUANTITIES)[number]): Float64Array => {
    const key = `${prefix}.${name}`;
    return finite(key, found(file, key, Float64Array, fields).values);
  };
  return { count: read('count'), mean: read('mean'), variance: read('variance') };
}

/** A tensor of the type, whose first axis is the agents and whose second has `fields`. */
function found<T extends TensorData['values']>(
  { tensors, config }: SavedFile,
  name: string,
  View: new () => T,
  fields: number | undefined,
): { readonly shape: readonly number[]; readonly values: T } {
  const tensor = tensors[name];
  if (!tensor) throw new SavedFileError(`has no tensor ${name}`);
  const { shape, values } = tensor;
  const wanted = `[${config.numAgents}, ${fields ?? '…'}]`;
  const fits = shape[0] === config.numAgents && (fields === undefined || shape[1] === fields);
  if (!(values instanceof View) || !fits) {
    const type = values.constructor.name;
    throw new SavedFileError(
      `has a tensor ${name} of type ${type} and shape [${shape.join(', ')}]; it must be of type ` +
        `${View.name} and shape ${wanted}`,
    );
  }
  return { shape, values };
}

function finite<T extends Float32Array | Float64Array>(name: string, values: T): T {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return values;
  throw new SavedFileError(`has a tensor ${name} whose element ${bad} is ${values[bad]}`);
}
