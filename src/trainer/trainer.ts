/** Proximal policy optimization (Schulman et al. 2017): the loop. */

import { checkConfig } from '../config/check';
import { ConfigError } from '../config/config-error';
import { completeConfig } from '../config/defaults';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import { usesReference } from '../config/reference';
import { deriveSizes, type Sizes } from '../config/sizes';
import { checkedEnvironment } from '../environments/definition';
import { Arena } from '../gpu/arena';
import { attempt } from '../gpu/attempt';
import type { Gpu } from '../gpu/device';
import { KernelLibrary } from '../gpu/kernel';
import { readTensor } from '../gpu/readback';
import { profileStages, runStages, tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { Patience } from '../gpu/stall';
import { withSubgroupsIfTaken } from '../gpu/subgroups';
import type { ActorCriticLayout } from '../network/actor-critic';
import { choosePlan } from '../network/choose-plan';
import { isFused, type KernelPlan, subgroupLanes, usesMatrixUnits } from '../network/kernel-plan';
import { rolloutSizes } from '../rollout/rollout-buffer';
import { createTask, type Task } from '../rollout/task';
import { SHADER_SOURCES } from '../shader-sources';
import { type AbortSignalLike, untilAborted } from './abort-signal';
import type { EvaluateOptions } from './evaluate-options';
import { evaluate } from './evaluation';
import { recordIteration } from './iteration';
import { Lifecycle } from './lifecycle';
import { Loop } from './loop';
import type { Evaluation, IterationReport } from './metrics';
import { planNetworks } from './networks';
import { DEFAULT_STALL_TIMEOUT, dispatchesToFirstStep, patienceWith } from './patience';
import { type FirstState, firstState, type Policy } from './policy';
import { RecentStates } from './recent-states';
import { MOST_IN_FLIGHT } from './scheduler';
import {
  checkSnapshot,
  readSnapshotTensors,
  type TrainerSnapshot,
  writeSnapshotTensors,
} from './snapshot';
import {
  type CarriedTensors,
  carriedTensors,
  declareTrainState,
  initializeTrainState,
  readStatistics,
  type TrainState,
} from './train-state';
import { checkGiven, type Given, type TrainerOptions } from './trainer-options';

/** Ends errors about what is too large for the device. */
const ADVICE =
  'use fewer environments, steps or agents, more minibatches or a smaller network (numEnvs, numSteps, ' +
  'numAgents, numMinibatches, hiddenSizes)';

/**
 * The kernels of a trainer.
 * @param inTurn whether they compile one after the other, to be timed
 */
export function createKernels(gpu: Gpu, inTurn = false): KernelLibrary {
  return new KernelLibrary(gpu, SHADER_SOURCES, { inTurn, advice: ADVICE });
}

/**
 * Prepares a run: checks the configuration, allocates, compiles, resets the environments.
 * @throws ConfigError, EnvironmentError, ShaderError, LimitError or GpuError, before any iteration, or
 * the reason of `signal`. It rejects only when no kernel compiles any more, so that the process may end.
 */
export function createTrainer(options: TrainerOptions): Promise<Trainer> {
  // A plan that is asked for by all its parts has no other in its place.
  if (options.plan && subgroupLanes(options.plan) > 1) return prepareTrainer(options);
  return withSubgroupsIfTaken(options.gpu, () => prepareTrainer(options));
}

async function prepareTrainer(options: TrainerOptions): Promise<Trainer> {
  const trainer = await assembleTrainer(options, createKernels(options.gpu));
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
 * @throws as `createTrainer`, but for what only compiling or running shows.
 */
export async function assembleTrainer(
  { gpu, environment: described, config, ...given }: TrainerOptions,
  kernels: KernelLibrary,
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
  const task = await createTask(gpu, environment, complete);
  const matrixUnits = given.plan && usesMatrixUnits(given.plan) ? gpu.matrixUnits : undefined;
  const runtime = { gpu, kernels, arena: new Arena(gpu, ADVICE), matrixUnits };
  try {
    given.signal?.throwIfAborted();
    const create = (): Trainer => Trainer.of(runtime, task, complete, given);
    return await attempt(gpu, runtime.arena, create);
  } catch (error) {
    await kernels.settled();
    kernels.destroy();
    runtime.arena.destroy();
    throw error;
  }
}

/**
 * One run, made by `createTrainer`. Iterating over it trains: `for await (const report of trainer)` yields an
 * `IterationReport` after each iteration. In shapes, K is the number of agents and P that of the parameters
 * of one agent.
 *
 * The device runs up to three iterations ahead of the reports, but `parameters` and `evaluate` read the state
 * after the iteration whose report was yielded last: in the body of the loop, after `break` and after an
 * error they fit the report at hand. Before the first report they read the state that training begins with,
 * after the last one the final state.
 *
 * After `destroy`, every method but `stop` and `destroy` rejects with a TrainerError, and when the device has
 * failed or was closed, with a GpuError. Other trainers on the device go on.
 */
export class Trainer implements AsyncIterable<IterationReport> {
  /** @internal */
  readonly sizes: Sizes;
  /** @internal */
  readonly layout: ActorCriticLayout;
  /**
   * One iteration: rollout (→ reference → rewards) → values → advantages → updates (→ unpack)
   * (→ observation statistics) → report → schedule.
   * @internal
   */
  readonly stages: readonly Stage[];
  /** @internal */
  readonly state: TrainState;
  /** The kernels that run; `describePlan` puts them in words. */
  readonly plan: KernelPlan;
  /** Why no fused kernels fit the networks and the device; undefined where they do. */
  readonly whyNotFused: string | undefined;
  /** What training begins with. */
  private readonly first: FirstState;
  /**
   * Runs once, before the first iteration.
   * @internal
   */
  readonly resetStage: Stage;
  /** Runs where the parameters were written from outside. */
  private readonly packStages: readonly Stage[];
  private readonly life: Lifecycle;
  private readonly loop: Loop<keyof CarriedTensors>;
  private readonly signal: AbortSignalLike | undefined;
  private readonly stallTimeout: number;
  private evaluations = 0;

  /** Allocates and records everything; see `createTrainer`. */
  private constructor(
    private readonly runtime: Runtime,
    private readonly task: Task,
    /** The complete configuration: the given fields, the environment's defaults and the general ones. */
    readonly config: PpoConfig,
    given: Given,
  ) {
    this.life = new Lifecycle(runtime.gpu);
    this.signal = given.signal;
    this.stallTimeout = given.stallTimeout ?? DEFAULT_STALL_TIMEOUT;
    this.sizes = deriveSizes(config);
    const { agents, envs, steps } = this.sizes;
    const { groups } = ESTIMATORS[config.advantageEstimator];
    const sizes = rolloutSizes(agents, envs, steps, task, groups);
    const { layout, notFused } = planNetworks(runtime.gpu, config, task, given.networks);
    this.whyNotFused = notFused;
    this.plan = choosePlan(given.plan, layout, runtime.gpu, notFused);
    // Kernels of both kinds would not agree on a policy whose hidden layers one of them rounds.
    this.layout = isFused(this.plan) ? layout : { ...layout, storage: config.storage };
    this.state = declareTrainState(runtime.arena, sizes, this.layout, task, this.plan);
    const carried = carriedTensors(this.state);
    const states = new RecentStates(runtime.arena, carried, MOST_IN_FLIGHT);
    const { reset, pack, stages, reports } = recordIteration(runtime, {
      config,
      task,
      sizes: this.sizes,
      rolloutSizes: sizes,
      layout: this.layout,
      parameters: { tensor: this.state.parameters, count: this.layout.parameterCount },
      state: this.state,
      plan: this.plan,
      reduce: given.reduce,
    });
    // The host's arrays come after the check of the device's limits, which are the lower ones.
    this.first = firstState(given, config, this.layout, task.observationSize);
    this.resetStage = reset;
    this.packStages = pack;
    this.stages = stages;
    const patience = this.patienceWith('step, or the reset behind an ending,');
    this.loop = new Loop(runtime.gpu, {
      ...{ sizes: this.sizes, stages, reports, states, life: this.life, signal: this.signal },
      watch: { patience, dispatches: dispatchesToFirstStep(stages) },
      maxSkippedUpdates: config.maxSkippedUpdates,
    });
  }

  /**
   * A trainer that is not prepared; see `assembleTrainer`.
   * @internal
   */
  static of(runtime: Runtime, task: Task, config: PpoConfig, given: Given = {}): Trainer {
    return new Trainer(runtime, task, config, given);
  }

  /**
   * Gets ready for the first iteration.
   * @internal
   */
  async prepare(): Promise<void> {
    await this.initialize();
    this.signal?.throwIfAborted();
    const reset = tryStages(this.runtime.gpu, [this.resetStage], this.patienceWith('reset'));
    await untilAborted(reset, this.signal);
  }

  /**
   * Waits for the kernels and writes the initial state, but for the environments.
   * @internal
   */
  async initialize(): Promise<void> {
    await this.runtime.kernels.compiled();
    initializeTrainState(this.runtime.gpu, this.state, this.config, this.first);
  }

  /**
   * Trains; one report per iteration, in order. Ends after the last iteration or after `stop`. Only one
   * loop can be open at a time; the next one goes on where the one before it was left.
   * @throws NonFiniteError after the report of an iteration with too many skipped updates in a row;
   * TrainerError for a second open loop, or when the trainer is destroyed; GpuError when the device
   * fails, is closed or does not come back from an iteration; the reason of `TrainerOptions.signal`.
   */
  [Symbol.asyncIterator](): AsyncGenerator<IterationReport, void, undefined> {
    return this.loop.iterate();
  }

  /** Ends training after the iterations that are already submitted. */
  stop(): void {
    this.loop.stop();
  }

  /**
   * Resolves when no helping device compiles any more, after the first report.
   * @internal
   */
  settled(): Promise<void> {
    return this.loop.settled();
  }

  /**
   * Plays fresh episodes on the device, with the policies of the last report (see `Trainer`). They are copied
   * when it is called, so that training may go on meanwhile, and training is not affected.
   * @throws ConfigError for options out of range, LimitError for more episodes than the device has room for,
   * TrainerError, GpuError, or the reason of `options.signal`.
   */
  async evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
    this.life.check();
    this.evaluations += 1;
    const { config, task, layout, evaluations: domain, plan } = this;
    return evaluate(
      this.runtime,
      {
        ...{ config, task, layout, plan, domain },
        ...this.loop.reported,
        patience: this.patienceWith('reset, step or observe'),
        check: () => this.life.check(),
      },
      options,
    );
  }

  /**
   * All agents' parameters after the iteration of the last report (see `Trainer`), [K][P]. Of each agent: the
   * actor's, the critic's, then free ones such as log standard deviations; of each layer: weights, then biases.
   * @throws TrainerError or GpuError.
   */
  async parameters(): Promise<Float32Array> {
    this.life.check();
    const bytes = await readTensor(this.runtime.gpu, this.loop.reported.parameters);
    return new Float32Array(bytes, 0, this.sizes.agents * this.layout.parameterCount);
  }

  /**
   * What another run can begin with (`TrainerOptions.policy`) and files keep: the parameters of all agents after the
   * iteration of the last report (see `Trainer`) and, with normObs and normReward, the statistics that were normalised by.
   * @throws TrainerError or GpuError.
   */
  async policy(): Promise<Policy> {
    this.life.check();
    const { normObs, normReward } = this.config;
    const { observationMoments, returnMoments } = this.loop.reported;
    const { gpu } = this.runtime;
    // Asked for at once, so that no iteration comes in between.
    const [parameters, observationStatistics, returnStatistics] = await Promise.all([
      this.parameters(),
      normObs ? readStatistics(gpu, observationMoments) : undefined,
      normReward ? readStatistics(gpu, returnMoments) : undefined,
    ]);
    return { parameters, observationStatistics, returnStatistics };
  }

  /**
   * The whole state of the run after the iteration of the last report (see `Trainer`): parameters, optimizer,
   * environments, normalizers, random numbers, counters. The layout does not depend on the kernels.
   * @throws TrainerError or GpuError.
   */
  async snapshot(): Promise<TrainerSnapshot> {
    this.life.check();
    const { evaluations } = this;
    const counters = { ...this.loop.counters, evaluations };
    const carried = this.loop.reported;
    const tensors = await readSnapshotTensors(this.runtime.gpu, this.state, carried);
    return { tensors, counters };
  }

  /**
   * Goes on from a snapshot as if the run had never stopped: with the same configuration and the same kernels the
   * following iterations are the same bit for bit, with other kernels they agree within rounding. Hyperparameters,
   * seeds and schedules are those of the snapshot.
   * @throws ConfigError for a snapshot that does not fit, with nothing changed; TrainerError while a loop is open,
   * or when the trainer is destroyed; GpuError.
   */
  async restore(snapshot: TrainerSnapshot): Promise<void> {
    const end = this.life.beginLoop();
    try {
      checkSnapshot(snapshot, this.state, this.sizes.iterations);
      await this.loop.drain();
      writeSnapshotTensors(this.runtime.gpu, this.state, snapshot.tensors);
      await this.life.outlive(runStages(this.runtime.gpu, this.packStages));
      this.loop.restore(snapshot.counters);
      this.evaluations = snapshot.counters.evaluations;
    } finally {
      end();
    }
  }

  /**
   * Milliseconds of device time by stage of one more iteration, which is not reported. It trains like any
   * other: iterations that are submitted later go on from it.
   * @throws Error on an adapter without timestamps, TrainerError or GpuError.
   */
  async profile(): Promise<Map<string, number>> {
    this.life.check();
    const { gpu } = this.runtime;
    const encoder = gpu.device.createCommandEncoder();
    this.loop.keep(encoder);
    gpu.device.queue.submit([encoder.finish()]);
    return profileStages(gpu, this.stages, () => this.life.check());
  }

  /**
   * Frees everything that the trainer holds on the device; the device itself stays open. A loop that is
   * open rejects with a TrainerError; to leave it, use `break` or `stop`. Destroying it again is harmless.
   */
  destroy(): void {
    if (!this.life.end()) return;
    this.loop.destroy();
    this.runtime.kernels.destroy();
    this.runtime.arena.destroy();
  }

  private patienceWith(functions: string): Patience {
    return patienceWith(this.task.environment, functions, this.stallTimeout);
  }
}
