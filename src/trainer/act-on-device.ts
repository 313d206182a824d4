/**
 * What a saved policy does for given observations, computed by the kernels that train: the judge of
 * every other way to compute it.
 */
import { packMask } from '../distributions/mask-words';
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import type { Dispatch } from '../gpu/kernel';
import { readTensor, writeTensor } from '../gpu/readback';
import { runStages } from '../gpu/run-stages';
import { wholeTensor } from '../kernels/blocks';
import { act } from '../rollout/act';
import { execute } from '../rollout/execute';
import { normalizeObservations } from '../rollout/normalize-observations';
import { declareRolloutBuffer, type RolloutBuffer, rolloutSizes } from '../rollout/rollout-buffer';
import type { RolloutMode } from '../rollout/rollout-shape';
import { inputRow } from '../rollout/unpack-observations';
import { type Declared, type LoadedAgent, withAgent } from './loaded-agent';
import { fieldsFirst, rowsFirst } from './sample-rows';
import type { SavedPolicy } from './saved-policy';

/** Observations on which a policy acts, and what the states allow. */
export interface ActInputs {
  /** [N][O] */
  readonly observations: readonly Float32Array[];
  /** Whether each value of the choices is allowed, [N][D]; only where actions are masked. */
  readonly masks: readonly (readonly boolean[])[] | undefined;
}

/** What a policy does for N observations. */
export interface Decisions {
  /** As the environment gets them, [N][A]. */
  readonly actions: readonly (readonly number[])[];
  /** [N] */
  readonly logProbabilities: readonly number[];
  /** [N]; null without a critic. */
  readonly values: readonly number[] | null;
}

/** The tensors of one step of acting. */
interface Acting extends Declared {
  readonly buffer: RolloutBuffer;
  /** [1][1][A][stride] */
  readonly executed: Tensor;
  /** [1][1][stride] */
  readonly values: Tensor | undefined;
}

function declareActing(loaded: LoadedAgent, count: number, mode: RolloutMode): Acting {
  const { runtime, task, layout, config, agents, moments } = loaded;
  const { arena } = runtime;
  const buffer = declareRolloutBuffer(arena, rolloutSizes(1, count, 1, task), task, config.normObs);
  const { stride } = buffer.sizes;
  const { headSize, actionSize } = task.distribution;
  const heads = arena.declare('heads', [1, headSize, stride]);
  const executed = arena.declare('executed actions', [1, 1, actionSize, stride]);
  const parameters = { tensor: loaded.parameters, count: layout.parameterCount };
  const use = { parameters, count: { agents: 1, rows: 1, stride }, trained: false } as const;
  const actor = layout.actor.create(runtime, { ...use, name: 'actor', storage: 'f32' });
  const critic = layout.critic?.create(runtime, { ...use, name: 'critic', storage: 'f32' });
  const values = critic && arena.declare('values', [1, 1, stride]);
  const acting = { task, mode, agents, buffer, heads, parameters, freeOffset: layout.freeOffset };
  const normalizing = { agents, buffer, observationMoments: moments };
  const dispatches = (): Dispatch[] => [
    ...(config.normObs ? [normalizeObservations(runtime, normalizing, 0, 1)] : []),
    ...actor.forward(inputRow(buffer, 0), wholeTensor(heads)),
    act(runtime, acting, 0),
    execute(runtime, { ...acting, executed }, 0),
    ...(critic && values ? critic.forward(inputRow(buffer, 0), wholeTensor(values)) : []),
  ];
  return { buffer, executed, values, stages: () => [{ name: 'act', dispatches: dispatches() }] };
}

/** Which agent of a population acts, and how. */
export interface ActOnDeviceOptions {
  /** Default 0. */
  readonly agent?: number | undefined;
  /** Take the most likely action instead of a sample; default true. */
  readonly greedy?: boolean | undefined;
}

/** Actions, log-probabilities and values of a policy for N ≥ 1 observations. */
export async function actOnDevice(
  gpu: Gpu,
  saved: SavedPolicy,
  { observations, masks }: ActInputs,
  { agent = 0, greedy = true }: ActOnDeviceOptions = {},
): Promise<Decisions> {
  const count = observations.length;
  const mode = { greedy, episodeLimit: 0, groupSize: 0 };
  const declare = (loaded: LoadedAgent): Acting => declareActing(loaded, count, mode);
  return withAgent(gpu, saved, agent, declare, async ({ task, stages, declared }) => {
    const { buffer, executed, values } = declared;
    const { stride } = buffer.sizes;
    const { actionSize: fields, maskWords } = task.distribution;
    const { observations: stored, unpacked } = buffer;
    const columns = fieldsFirst(observations, task.observationSize, stride);
    // The given observations are numbers already, so they take the place of unpacked ones.
    writeTensor(gpu, unpacked ?? stored, columns);
    if (buffer.masks && masks) {
      writeTensor(gpu, buffer.masks, fieldsFirst(masks.map(packMask), maskWords, stride));
    }
    await runStages(gpu, stages);
    const read = async (tensor: Tensor) => new Float32Array(await readTensor(gpu, tensor));
    return {
      actions: rowsFirst(await read(executed), { count, fields, stride }).map((row) => [...row]),
      logProbabilities: [...(await read(buffer.logProbs)).subarray(0, count)],
      values: values ? [...(await read(values)).subarray(0, count)] : null,
    };
  });
}
