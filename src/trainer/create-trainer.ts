/** From the options of a run to a trainer that is ready for its first iteration. */
import { checkConfig } from '../config/check';
import { ConfigError } from '../config/config-error';
import { completeConfig } from '../config/defaults';
import { usesReference } from '../config/parts';
import { checkedEnvironment } from '../environments/definition';
import { Arena } from '../gpu/arena';
import { attempt } from '../gpu/attempt';
import type { Gpu } from '../gpu/device';
import { KernelLibrary } from '../gpu/kernel';
import { withSubgroupsIfTaken } from '../gpu/subgroups';
import { isPlan, subgroupLanes, usesMatrixUnits } from '../network/kernel-plan';
import { loadShaders } from '../shader-sources/load';
import { checkStorage } from './check-storage';
import { prepareTask } from './prepare-task';
import type { TrainerSnapshot } from './snapshot';
import { Trainer } from './trainer';
import { checkGiven, type TrainerOptions } from './trainer-options';

/** Ends errors about sizes that the device does not allow. */
const ADVICE =
  'use fewer environments, steps or agents, more minibatches or a smaller network ' +
  '(numEnvs, numSteps, numAgents, numMinibatches, hiddenSizes)';

/**
 * The kernels of a trainer.
 * @param inTurn whether they compile one after another, so that each can be timed
 */
export function createKernels(gpu: Gpu, inTurn = false): KernelLibrary {
  return new KernelLibrary(gpu, loadShaders, { inTurn, advice: ADVICE });
}

/**
 * Prepares a run: checks the configuration, allocates, compiles, resets the environments.
 * @throws ConfigError, EnvironmentError, ShaderError, LimitError or GpuError, before any iteration,
 * or the reason of `signal`. It rejects only once no kernel is compiling, so that the process can
 * exit.
 */
export function createTrainer(options: TrainerOptions): Promise<Trainer> {
  return createTrainerFrom(options);
}

/**
 * Like `createTrainer`, for a run that continues from a snapshot.
 * @throws ConfigError too for a snapshot that does not fit.
 */
export function createTrainerFrom(
  options: TrainerOptions,
  snapshot?: TrainerSnapshot,
): Promise<Trainer> {
  const prepare = (): Promise<Trainer> => prepareTrainer(options, snapshot);
  // A plan that the caller gives must not be replaced by another.
  if (isPlan(options.plan) && subgroupLanes(options.plan) > 1) return prepare();
  return withSubgroupsIfTaken(options.gpu, prepare);
}

async function prepareTrainer(
  options: TrainerOptions,
  snapshot: TrainerSnapshot | undefined,
): Promise<Trainer> {
  const trainer = await assembleTrainer(options, createKernels(options.gpu), snapshot);
  try {
    await trainer.prepare();
    return trainer;
  } catch (error) {
    trainer.destroy();
    throw error;
  }
}

/**
 * Creates a trainer without preparing it. It takes over `kernels`, which may still be compiling.
 * @throws like `createTrainer`, except for errors of compiling and running.
 */
export async function assembleTrainer(
  { gpu, environment: described, config, ...given }: TrainerOptions,
  kernels: KernelLibrary,
  snapshot?: TrainerSnapshot,
): Promise<Trainer> {
  const environment = checkedEnvironment(described);
  checkGiven(given);
  const complete = completeConfig(environment.defaults, config);
  checkConfig(complete, environment);
  if (given.referenceParameters && !usesReference(complete)) {
    const text = 'referenceParameters are given, but refKlCoef and refKlRewardCoef are 0';
    throw new ConfigError([`${text}; set one of them above 0`]);
  }
  gpu.check();
  checkStorage(gpu, complete.storage);
  const task = await prepareTask(gpu, environment, complete);
  const matrixUnits = given.plan && usesMatrixUnits(given.plan) ? gpu.matrixUnits : undefined;
  const runtime = { gpu, kernels, arena: new Arena(gpu, ADVICE), matrixUnits };
  try {
    given.signal?.throwIfAborted();
    const create = (): Trainer => Trainer.of(runtime, task, complete, given, snapshot);
    return await attempt(gpu, runtime.arena, create);
  } catch (error) {
    await kernels.settled();
    kernels.destroy();
    runtime.arena.destroy();
    throw error;
  }
}
