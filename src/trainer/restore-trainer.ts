/** From the bytes of a checkpoint to a trainer that continues the run. */
import { checkResumedChanges, configChanges, describeChange } from '../config/changes';
import { ConfigError } from '../config/config-error';
import { usesReference } from '../config/parts';
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import { describePlan, isPlan, type KernelPlan, usesMatrixUnits } from '../network/kernel-plan';
import { changeHyperparameters } from './change-hyperparameters';
import { type Checkpoint, decodeCheckpoint } from './checkpoint';
import { createTrainerFrom } from './create-trainer';
import { variedParams } from './run-params';
import { checkSameEnvironment } from './saved-file';
import type { TrainerSnapshot } from './snapshot';
import type { Trainer } from './trainer';
import type { TrainerOptions } from './trainer-options';

/** What `restoreTrainer` takes: a device, a checkpoint, and whatever differs from it. */
export interface RestoreOptions
  extends Omit<
    TrainerOptions,
    'gpu' | 'environment' | 'config' | 'policy' | 'parameters' | 'referenceParameters'
  > {
  /** Device to continue on. */
  readonly gpu: Gpu;
  /** The bytes of `Trainer.save`, or what `decodeCheckpoint` read from them. */
  readonly checkpoint: Uint8Array | Checkpoint;
  /**
   * The environment, where the caller has it; it must be the one of the checkpoint. By default it
   * is made from the description and the module's text in the checkpoint.
   */
  readonly environment?: EnvironmentDefinition | undefined;
  /**
   * Fields that change from here on: those that may differ between agents, `totalTimesteps`,
   * `maxSkippedUpdates`, `numMinibatches`, `updateEpochs`, `minibatchBy`, `recomputeAdvantages`.
   */
  readonly config?: Partial<PpoConfig> | undefined;
  /**
   * Called with a sentence for each change of the configuration, and where kernels or adapter are
   * others than before, so that results agree only within rounding.
   */
  readonly note?: ((sentence: string) => void) | undefined;
}

/**
 * Creates a trainer that continues a run as if it had never stopped: on the same adapter, with the
 * same configuration, the following iterations are the same bit for bit.
 * @throws SavedFileError for bytes that are no checkpoint or are damaged; ConfigError for fields
 * that must not change, or tensors that do not fit; otherwise like `createTrainer`.
 */
export async function restoreTrainer(options: RestoreOptions): Promise<Trainer> {
  const { gpu, checkpoint: given, config: changes, note = () => {}, ...rest } = options;
  const checkpoint = given instanceof Uint8Array ? decodeCheckpoint(given) : given;
  const environment = options.environment ?? checkpoint.environment;
  checkSameEnvironment(environment, checkpoint.environment);
  const { config: before, worlds } = checkpoint.snapshot;
  const config = { ...before, ...changes };
  checkResumedChanges(before, config);
  const trainer = await createWithPlan({ ...rest, gpu, environment, config }, checkpoint);
  for (const change of configChanges(before, config)) note(describeChange(change));
  if (environment.host && !worlds) {
    note(`the states of ${environment.id} were not saved, so its environments begin new episodes`);
  }
  for (const sentence of otherRanges(environment, checkpoint.environment)) note(sentence);
  for (const sentence of differences(checkpoint, trainer, gpu)) note(sentence);
  return trainer;
}

/** Ranges of params that the description has changed, which a resumed run does not take over. */
function otherRanges(now: EnvironmentDefinition, then: EnvironmentDefinition): string[] {
  const [wanted, saved] = [variedParams(now) ?? {}, variedParams(then) ?? {}];
  const isOther = (name: string): boolean =>
    JSON.stringify(wanted[name]) !== JSON.stringify(saved[name]);
  return Object.keys(wanted)
    .filter(isOther)
    .map((name) => `params.${name} goes on with the range of the checkpoint; setParams changes it`);
}

/** With the kernels of the checkpoint where the caller names none and the device allows them. */
async function createWithPlan(
  options: TrainerOptions & { readonly config: PpoConfig },
  checkpoint: Checkpoint,
): Promise<Trainer> {
  const plan = options.plan ?? planOf(checkpoint, options.gpu);
  const snapshot = withChanges(checkpoint.snapshot, options.config);
  try {
    return await createTrainerFrom({ ...options, plan }, snapshot);
  } catch (error) {
    // An adapter of the same name may have other limits, in a browser for example.
    if (options.plan || !plan || !(error instanceof ConfigError)) throw error;
    return createTrainerFrom(options, snapshot);
  }
}

/** The kernels of the checkpoint on the adapter that it was made on; elsewhere the usual ones. */
function planOf({ origin }: Checkpoint, gpu: Gpu): KernelPlan | undefined {
  if (origin.adapter !== gpu.adapter.name || !isPlan(origin.plan)) return undefined;
  return usesMatrixUnits(origin.plan) && !gpu.matrixUnits ? undefined : origin.plan;
}

function withChanges(snapshot: TrainerSnapshot, config: PpoConfig): TrainerSnapshot {
  const { tensors, counters, config: before } = snapshot;
  const agents = tensors.agents!;
  if (!(agents.data instanceof Uint32Array) || configChanges(before, config).length === 0) {
    return snapshot;
  }
  const data = changeHyperparameters(agents.data, before, config, counters.iteration);
  const changed = { ...tensors, agents: { ...agents, data } };
  return { ...snapshot, counters, config, tensors: withReference(changed, config) };
}

/** With the policy at hand as the reference of a run that had none, and without one not used. */
function withReference(
  { reference, ...tensors }: TrainerSnapshot['tensors'],
  config: PpoConfig,
): TrainerSnapshot['tensors'] {
  const found = reference ?? tensors.parameters;
  return usesReference(config) && found ? { ...tensors, reference: found } : tensors;
}

/** What is not as it was where the checkpoint was made. */
function differences({ origin }: Checkpoint, { plan }: Trainer, gpu: Gpu): string[] {
  const rounding = 'results agree within rounding';
  const found: string[] = [];
  if (origin.adapter !== gpu.adapter.name) {
    found.push(`the run was on ${origin.adapter} and is on ${gpu.adapter.name} now; ${rounding}`);
  }
  if (JSON.stringify(origin.plan) !== JSON.stringify(plan)) {
    const [before, now] = [describePlan(origin.plan), describePlan(plan)];
    found.push(`the kernels were ${before} and are ${now} now; ${rounding}`);
  }
  return found;
}
