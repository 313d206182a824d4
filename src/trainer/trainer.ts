/** Proximal policy optimization (Schulman et al. 2017): the loop. */

import { checkChanges } from '../config/changes';
import { checkConfig } from '../config/check';
import { ConfigError } from '../config/config-error';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes, type Sizes } from '../config/sizes';
import { elementCount } from '../gpu/arena';
import { readTensor, writeTensor } from '../gpu/readback';
import { profileStages, runStages, tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { Patience } from '../gpu/stall';
import type { ActorCriticLayout } from '../network/actor-critic';
import { choosePlan } from '../network/choose-plan';
import { isFused, type KernelPlan } from '../network/kernel-plan';
import { rolloutSizes } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import { type AbortSignalLike, untilAborted } from './abort-signal';
import { encodeCheckpoint } from './checkpoint';
import type { EvaluateOptions } from './evaluate-options';
import { evaluate } from './evaluation';
import { Lifecycle } from './lifecycle';
import { Loop } from './loop';
import type { Evaluation, IterationReport } from './metrics';
import { planNetworks } from './networks';
import { DEFAULT_STALL_TIMEOUT, dispatchesToFirstStep, patienceWith } from './patience';
import { type FirstState, firstState, type Policy } from './policy';
import { RecentStates } from './recent-states';
import { retune } from './retune';
import { MOST_IN_FLIGHT } from './scheduler';
import {
  checkSnapshot,
  readSnapshotTensors,
  type TrainerSnapshot,
  writeSnapshotTensors,
} from './snapshot';
import { recordIteration } from './train-iteration';
import {
  type CarriedTensors,
  carriedTensors,
  declareTrainState,
  initializeTrainState,
  readStatistics,
  type TrainState,
} from './train-state';
import type { Given } from './trainer-options';

/**
 * One run, made by `createTrainer`. Iterating over it trains: `for await (const report of trainer)`
 * yields an `IterationReport` after each iteration. In shapes, K is the number of agents and P that
 * of the parameters of one agent.
 *
 * The device runs up to three iterations ahead of the reports, but `parameters` and `evaluate` read
 * the state after the iteration whose report was yielded last: in the body of the loop, after
 * `break` and after an error they fit the report at hand. Before the first report they read the
 * state that training begins with, after the last one the final state.
 *
 * After `destroy`, every method but `stop` and `destroy` rejects with a TrainerError, and when the
 * device has failed or was closed, with a GpuError. Other trainers on the device continue.
 */
export class Trainer implements AsyncIterable<IterationReport> {
  /** @internal */
  readonly sizes: Sizes;
  /** @internal */
  readonly layout: ActorCriticLayout;
  /**
   * One iteration, see `recordIteration`.
   * @internal
   */
  readonly stages: readonly Stage[];
  /** @internal */
  readonly state: TrainState;
  /** The kernels that run; `describePlan` puts them in words. */
  readonly plan: KernelPlan;
  /** Why no fused kernels fit the networks and the device; undefined where they do. */
  readonly whyNotFused: string | undefined;
  /** The state that training begins with. */
  private readonly first: FirstState;
  /**
   * Run once, before the first iteration.
   * @internal
   */
  readonly resetStages: readonly Stage[];
  /** Run after the host has written the state. */
  private readonly loadStages: readonly Stage[];
  private readonly life: Lifecycle;
  private readonly loop: Loop<keyof CarriedTensors>;
  private readonly signal: AbortSignalLike | undefined;
  private readonly stallTimeout: number;
  private evaluations = 0;

  /** Allocates and records everything; see `createTrainer`. */
  private constructor(
    private readonly runtime: Runtime,
    private readonly task: Task,
    private currentConfig: PpoConfig,
    given: Given,
  ) {
    const config = currentConfig;
    this.life = new Lifecycle(runtime.gpu);
    this.signal = given.signal;
    this.stallTimeout = given.stallTimeout ?? DEFAULT_STALL_TIMEOUT;
    this.sizes = deriveSizes(config);
    const { agents, envs, steps } = this.sizes;
    const { groups } = ESTIMATORS[config.advantageEstimator];
    const sizes = rolloutSizes(agents, envs, steps, task, groups);
    const { layout, notFused } = planNetworks(runtime.gpu, config, task, given);
    this.whyNotFused = notFused;
    this.plan = choosePlan(given.plan, layout, runtime.gpu, notFused);
    // Fused and layered kernels would disagree on a policy whose hidden layers only one of them
    // rounds.
    this.layout = isFused(this.plan) ? layout : { ...layout, storage: config.storage };
    this.state = declareTrainState(runtime.arena, sizes, this.layout, task, this.plan);
    const carried = carriedTensors(this.state);
    const states = new RecentStates(runtime.arena, carried, MOST_IN_FLIGHT);
    const { reset, load, stages, reports } = recordIteration(runtime, {
      config,
      task,
      sizes: this.sizes,
      rolloutSizes: sizes,
      layout: this.layout,
      state: this.state,
      plan: this.plan,
      reduce: given.reduce,
      valueHeads: given.valueHeads,
    });
    // The host's arrays are made after the device's limits are checked, which are lower.
    this.first = firstState(given, config, this.layout, task.observationSize);
    this.resetStages = reset;
    this.loadStages = load;
    this.stages = stages;
    const patience = this.patienceWith('step, or the reset behind an ending,');
    this.loop = new Loop(runtime.gpu, {
      ...{ sizes: this.sizes, stages, reports, states, life: this.life, signal: this.signal },
      watch: { patience, dispatches: dispatchesToFirstStep(stages) },
      maxSkippedUpdates: config.maxSkippedUpdates,
    });
  }

  /**
   * A trainer that is not prepared yet; see `assembleTrainer`.
   * @internal
   */
  static of(runtime: Runtime, task: Task, config: PpoConfig, given: Given = {}): Trainer {
    return new Trainer(runtime, task, config, given);
  }

  /**
   * The complete configuration: given fields, the environment's defaults and the general defaults,
   * with what `setHyperparameters` has changed.
   */
  get config(): PpoConfig {
    return this.currentConfig;
  }

  /**
   * Prepares the first iteration.
   * @internal
   */
  async prepare(): Promise<void> {
    await this.initialize();
    this.signal?.throwIfAborted();
    const reset = tryStages(this.runtime.gpu, this.resetStages, this.patienceWith('reset'));
    await untilAborted(reset, this.signal);
  }

  /**
   * Waits for the kernels and writes the initial state, except for the environments.
   * @internal
   */
  async initialize(): Promise<void> {
    await this.runtime.kernels.compiled();
    initializeTrainState(this.runtime.gpu, this.state, this.config, this.first);
  }

  /**
   * Trains, with one report per iteration, in order. Ends after the last iteration or after `stop`.
   * Only one loop can be open at a time; the next one continues where the previous one was left.
   * @throws NonFiniteError after the report of an iteration with too many skipped updates in a row;
   * TrainerError for a second open loop, or when the trainer is destroyed; GpuError when the device
   * fails, is closed or does not finish an iteration in time; the reason of
   * `TrainerOptions.signal`.
   */
  [Symbol.asyncIterator](): AsyncGenerator<IterationReport, void, undefined> {
    return this.loop.iterate();
  }

  /** Ends training after the iterations that are already submitted. */
  stop(): void {
    this.loop.stop();
  }

  /**
   * Resolves once no helper device is compiling, after the first report.
   * @internal
   */
  settled(): Promise<void> {
    return this.loop.settled();
  }

  /**
   * Plays fresh episodes on the device, with the policies of the last report (see `Trainer`). They
   * are copied when it is called, so training can continue meanwhile and is not affected.
   * @throws ConfigError for options out of range, LimitError for more episodes than the device has
   * room for, TrainerError, GpuError, or the reason of `options.signal`.
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
   * All agents' parameters after the iteration of the last report (see `Trainer`), [K][P]. For each
   * agent: the actor's, the critic's, those of value heads, then free ones such as log standard
   * deviations; for each layer: weights, then biases.
   * @throws TrainerError or GpuError.
   */
  async parameters(): Promise<Float32Array> {
    this.life.check();
    const bytes = await readTensor(this.runtime.gpu, this.loop.reported.parameters);
    return new Float32Array(bytes, 0, this.sizes.agents * this.layout.parameterCount);
  }

  /**
   * The policies of all agents after the iteration of the last report (see `Trainer`), which
   * another run can begin with (`TrainerOptions.policy`) and files keep: parameters and, with
   * normObs and normReward, the statistics of the normalizers.
   * @throws TrainerError or GpuError.
   */
  async policy(): Promise<Policy> {
    this.life.check();
    const { normObs, normReward } = this.config;
    const { observationMoments, returnMoments } = this.loop.reported;
    const { gpu } = this.runtime;
    // Requested together, so that no iteration runs in between.
    const [parameters, observationStatistics, returnStatistics] = await Promise.all([
      this.parameters(),
      normObs ? readStatistics(gpu, observationMoments) : undefined,
      normReward ? readStatistics(gpu, returnMoments) : undefined,
    ]);
    return { parameters, observationStatistics, returnStatistics };
  }

  /**
   * The whole state of the run after the iteration of the last report (see `Trainer`): parameters,
   * optimizer, environments, normalizers, random numbers, counters. The layout does not depend on
   * the kernels.
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
   * Continues from a snapshot as if the run had never stopped: with the same configuration and the
   * same kernels the following iterations are the same bit for bit, with other kernels they agree
   * within rounding. The hyperparameters, seeds and schedules are those of the snapshot;
   * `restoreTrainer` can change them.
   * @throws ConfigError for a snapshot that does not fit, with nothing changed; TrainerError while
   * a loop is open, or when the trainer is destroyed; GpuError.
   */
  async restore(snapshot: TrainerSnapshot): Promise<void> {
    const end = this.life.beginLoop();
    try {
      checkSnapshot(snapshot, this.state, deriveSizes(this.config).iterations);
      await this.loop.drain();
      writeSnapshotTensors(this.runtime.gpu, this.state, snapshot.tensors);
      await this.life.outlive(runStages(this.runtime.gpu, this.loadStages));
      this.loop.restore(snapshot.counters);
      this.evaluations = snapshot.counters.evaluations;
    } finally {
      end();
    }
  }

  /**
   * The whole run after the iteration of the last report (see `Trainer`) as bytes, from which
   * `restoreTrainer` continues it bit for bit: in this process or another, in Node or in a browser.
   * They are a safetensors file, with the environment's module in it.
   * @throws TrainerError or GpuError.
   */
  async save(): Promise<Uint8Array> {
    const { config, plan, task, runtime } = this;
    const snapshot = await this.snapshot();
    const origin = { adapter: runtime.gpu.adapter.name, plan };
    return encodeCheckpoint({ environment: task.environment, config, snapshot, origin });
  }

  /**
   * Changes hyperparameters between two iterations: the fields that may differ between agents, and
   * `totalTimesteps`, with which training can go on beyond its end. The next report is that of an
   * iteration with the new values; iterations that ran ahead of the last report are discarded.
   * Schedules take the values that they have at this point of the new run.
   * @throws ConfigError for values out of range and for fields that must not change, with nothing
   * changed; TrainerError or GpuError.
   */
  async setHyperparameters(changes: Partial<PpoConfig>): Promise<void> {
    this.life.check();
    const { config: before, loop, runtime } = this;
    const after = { ...before, ...changes };
    checkConfig(after, this.task.environment);
    checkChanges(before, after);
    const { iterations } = deriveSizes(after);
    const { iteration } = loop.counters;
    if (iterations < iteration) {
      const least = `at least ${iteration * this.sizes.batch}, those of the iterations so far`;
      throw new ConfigError([`totalTimesteps is ${after.totalTimesteps}; it must be ${least}`]);
    }
    await loop.rewind();
    await this.life.outlive(runStages(runtime.gpu, this.loadStages));
    const words = new Uint32Array(await readTensor(runtime.gpu, this.state.agents));
    this.life.check();
    const length = elementCount(this.state.agents.shape);
    const changed = retune(words.subarray(0, length), before, after, iteration);
    writeTensor(runtime.gpu, this.state.agents, changed);
    loop.extend(iterations);
    this.currentConfig = after;
  }

  /**
   * Runs one extra, unreported iteration and returns each stage's device time in milliseconds. The
   * iteration trains like any other: those that are submitted later continue from it.
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
   * Frees everything that the trainer holds on the device; the device itself stays open. An open
   * loop rejects with a TrainerError; to leave it, use `break` or `stop`. Destroying a trainer
   * again has no effect.
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
