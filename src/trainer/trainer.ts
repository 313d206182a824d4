/**
 * The public interface of a run of proximal policy optimization (Schulman et al. 2017). Its stages
 * are listed in train-iteration.ts.
 */

import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import { DISPOSE, type DisposableValue } from '../dispose';
import type { Params } from '../environments/param-range';
import { profileStages, tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import type { Patience } from '../gpu/stall';
import type { KernelPlan } from '../network/kernel-plan';
import type { Task } from '../rollout/task';
import { type AbortSignalLike, untilAborted } from './abort-signal';
import { type BuiltRun, buildRun } from './build-run';
import { encodeCheckpoint } from './checkpoint';
import type { ChosenEpisodes, EpisodesSetup } from './episodes';
import { completeOptions, type EpisodeLimits, type EvaluateOptions } from './evaluate-options';
import { evaluate } from './evaluation';
import { Lifecycle, TrainerError } from './lifecycle';
import { type CheckedLive, completeLive, LIVE_DOMAIN, type LiveOptions } from './live-options';
import type { LiveStep } from './live-step';
import { Loop } from './loop';
import type { Evaluation, IterationReport } from './metrics';
import { DEFAULT_STALL_TIMEOUT, dispatchesToFirstStep, patienceWith } from './patience';
import { liveLater, playLater } from './play-later';
import { completePlay, type PlayOptions } from './play-options';
import type { PlayedStep } from './played-step';
import { type FirstState, firstState, type Policy, policyTensors } from './policy';
import { type Replay, replayIteration } from './replay';
import { ReportedState } from './reported-state';
import { paramsOfEpisodes } from './run-params';
import { checkSnapshot, isSnapshot, type TrainerSnapshot } from './snapshot';
import {
  type BestPolicy,
  BestSoFar,
  metCondition,
  type StopConditions,
  type StopReason,
} from './stop-conditions';
import { type CarriedTensors, initializeTrainState, type TrainState } from './train-state';
import type { Given } from './trainer-options';

export interface Trainer extends DisposableValue {}

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
 * `using trainer = await createTrainer(…)` destroys it at the end of the block.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has what the interface adds
export class Trainer implements AsyncIterable<IterationReport> {
  /** @internal */
  readonly run: BuiltRun;
  /** What training begins with, until it is on the device. */
  private first: FirstState | TrainerSnapshot | undefined;
  private readonly life: Lifecycle;
  private readonly loop: Loop<CarriedTensors>;
  private readonly reportedState: ReportedState;
  private readonly signal: AbortSignalLike | undefined;
  private readonly stallTimeout: number;
  private readonly stopConditions: StopConditions;
  private readonly bestSoFar: BestSoFar | undefined;
  private reason: StopReason | undefined;

  /** Allocates and records everything; see `createTrainer`. */
  private constructor(
    private readonly runtime: Runtime,
    private readonly task: Task,
    config: PpoConfig,
    given: Given,
    snapshot: TrainerSnapshot | undefined,
  ) {
    this.life = new Lifecycle(runtime.gpu);
    this.signal = given.signal;
    this.stallTimeout = given.stallTimeout ?? DEFAULT_STALL_TIMEOUT;
    this.stopConditions = given.stop ?? {};
    this.bestSoFar = given.keepBest ? new BestSoFar(() => this.policy()) : undefined;
    this.run = buildRun(runtime, task, config, given);
    const { sizes, stages, reports, recentStates: states, layout, state } = this.run;
    // Only now, since `buildRun` checks sizes against the device's limits, which are below those of
    // the host's arrays.
    if (snapshot) checkSnapshot(snapshot, state, sizes.iterations);
    this.first = snapshot ?? firstState(given, config, layout, task.observationSize);
    const patience = this.patienceWith('step, or the reset behind an ending,');
    this.loop = new Loop(runtime.gpu, {
      ...{ sizes, stages, reports, states, life: this.life, signal: this.signal },
      world: task.environment,
      watch: { patience, dispatches: dispatchesToFirstStep(stages) },
      maxSkippedUpdates: config.maxSkippedUpdates,
      // Worlds on the host have no earlier states to go back to.
      mostInFlight: this.run.hosts && 1,
    });
    const { gpu } = runtime;
    const { run, loop, life } = this;
    this.reportedState = new ReportedState(
      { gpu, environment: task.environment, run, loop, life },
      config,
    );
  }

  /**
   * A trainer that is not prepared yet; see `assembleTrainer`.
   * @param snapshot what training begins with, if it continues a run
   * @internal
   */
  static of(
    runtime: Runtime,
    task: Task,
    config: PpoConfig,
    given: Given = {},
    snapshot?: TrainerSnapshot,
  ): Trainer {
    return new Trainer(runtime, task, config, given, snapshot);
  }

  /**
   * The complete configuration: given fields, the environment's defaults and the general defaults,
   * with what `setHyperparameters` has changed.
   */
  get config(): PpoConfig {
    return this.reportedState.config;
  }

  /**
   * The params of the environment, with what `setParams` has changed: constants as numbers, and the
   * ranges of those that vary.
   */
  get params(): Params {
    return this.reportedState.params;
  }

  /**
   * The tensors of the training state.
   * @internal
   */
  get state(): TrainState {
    return this.run.state;
  }

  /** The kernels that run; `describePlan` puts them in words. */
  get plan(): KernelPlan {
    return this.run.plan;
  }

  /** Why no fused kernels fit the networks and the device; undefined where they do. */
  get whyNotFused(): string | undefined {
    return this.run.whyNotFused;
  }

  /**
   * Prepares the first iteration.
   * @internal
   */
  async prepare(): Promise<void> {
    const isFresh = !isSnapshot(this.first);
    await this.initialize();
    this.signal?.throwIfAborted();
    if (!isFresh) return;
    // Opponents begin some of the games.
    const functions = this.task.twoPlayers ? 'reset, step or observe' : 'reset';
    const reset = tryStages(this.runtime.gpu, this.run.reset, this.patienceWith(functions));
    await untilAborted(reset, this.signal);
  }

  /**
   * Waits for the kernels and writes the initial state. The environments' states are written only
   * from a snapshot; in a new run `reset` makes them.
   * @internal
   */
  async initialize(): Promise<void> {
    const { runtime } = this;
    await runtime.kernels.compiled();
    const first = this.first!;
    this.first = undefined;
    if (isSnapshot(first)) await this.reportedState.load(first);
    else initializeTrainState(runtime.gpu, this.run.state, this.config, first);
  }

  /**
   * Trains, with one report per iteration, in order. Ends after the last iteration, after `stop`,
   * or after the report that meets a condition of `TrainerOptions.stop`.
   * Only one loop can be open at a time; the next one continues where the previous one was left.
   * @throws NonFiniteError after the report of an iteration with too many skipped updates in a row;
   * TrainerError for a second open loop, or when the trainer is destroyed; GpuError when the device
   * fails, is closed or does not finish an iteration in time; the reason of
   * `TrainerOptions.signal`.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<IterationReport, void, undefined> {
    this.reason = undefined;
    for await (const report of this.loop.iterate()) {
      this.reportedState.markReported();
      this.bestSoFar?.take(report);
      yield report;
      this.reason = metCondition(this.stopConditions, report);
      if (this.reason) return;
    }
  }

  /** The condition of `TrainerOptions.stop` that has ended the last loop; undefined if none has. */
  get stopReason(): StopReason | undefined {
    return this.reason;
  }

  /**
   * The policies of the report with the highest return so far, with `TrainerOptions.keepBest`;
   * undefined before the first episode has ended.
   * @throws TrainerError or GpuError; TrainerError too without `keepBest`.
   */
  async best(): Promise<BestPolicy | undefined> {
    this.life.check();
    if (!this.bestSoFar) throw new TrainerError('the best policy is only kept with keepBest: true');
    return this.bestSoFar.best();
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
   * are copied when it is called, so training can continue meanwhile and is not affected. In a
   * world of two players the episodes are games against the frozen opponents at that point, each
   * with its share of them, who draw their moves; every second game is begun by the opponent.
   * @throws ConfigError for options out of range, LimitError for more episodes than the device has
   * room for, TrainerError, GpuError, or the reason of `options.signal`.
   */
  async evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
    this.life.check();
    const checked = completeOptions(options, this.episodeLimits);
    const chosen = this.chosenEpisodes(checked);
    const setup = this.episodesSetup(this.nextDomain(checked.seed), chosen);
    return evaluate(this.runtime, setup, checked);
  }

  /**
   * Plays fresh episodes on the device and yields each of their steps, one episode after the other.
   * The policies are those of the last report when the first step is asked for (see `Trainer`);
   * training can continue meanwhile and is not affected. To end early, use `break` or `return` of
   * the iterator. Without a `seed`, the episodes are those that `evaluate` would have played.
   * @throws ConfigError for options out of range, TrainerError or GpuError; while iterating also
   * LimitError for more episodes than the device has room for, EnvironmentError for a `State` that
   * cannot be read, or the reason of `options.signal`.
   */
  play(options: PlayOptions = {}): AsyncGenerator<PlayedStep, void, undefined> {
    this.life.check();
    const checked = completePlay(options, this.episodeLimits);
    const chosen = this.chosenEpisodes(checked);
    const domain = this.nextDomain(checked.seed);
    return playLater(this.runtime, () => this.episodesSetup(domain, chosen), checked);
  }

  /**
   * Yields the steps of environments of their own, all at once and without end: where an episode
   * ends, the next one begins. The policies are those of the last report (see `Trainer`), taken
   * anew every few steps, so the environments show what training has come to; it can continue
   * meanwhile and is not affected. Use `break` or `return` of the iterator to end it.
   * @throws ConfigError for options out of range, TrainerError or GpuError; while iterating also
   * LimitError for more environments than the device has room for, EnvironmentError for a `State`
   * that cannot be read, or the reason of `options.signal`.
   */
  live(options: LiveOptions = {}): AsyncGenerator<LiveStep, void, undefined> {
    this.life.check();
    const checked = completeLive(options, this.episodeLimits);
    const chosen = this.chosenEpisodes(checked);
    const begin = (): EpisodesSetup => this.episodesSetup(LIVE_DOMAIN, chosen);
    return liveLater(this.runtime, begin, () => this.loop.reported, checked);
  }

  /**
   * All agents' parameters after the iteration of the last report (see `Trainer`), [K][P]. For each
   * agent: the actor's, the critic's, those of value heads, then free ones such as log standard
   * deviations; for each layer: weights, then biases.
   * @throws TrainerError or GpuError.
   */
  async parameters(): Promise<Float32Array> {
    this.life.check();
    return this.reportedState.parameters();
  }

  /**
   * The policies of all agents after the iteration of the last report (see `Trainer`), which
   * another run can begin with (`TrainerOptions.policy`) and files keep: parameters and, with
   * normObs and normReward, the statistics of the normalizers.
   * @throws TrainerError or GpuError.
   */
  async policy(): Promise<Policy> {
    this.life.check();
    return this.reportedState.policy();
  }

  /**
   * The whole state of the run after the iteration of the last report (see `Trainer`): parameters,
   * optimizer, environments, normalizers, random numbers, counters. The layout does not depend on
   * the kernels.
   * @throws TrainerError or GpuError.
   */
  async snapshot(): Promise<TrainerSnapshot> {
    this.life.check();
    return this.reportedState.snapshot();
  }

  /**
   * The state before the iteration of the last report, from which that iteration can be played
   * again.
   * @throws TrainerError or GpuError.
   * @internal
   */
  async snapshotBefore(): Promise<TrainerSnapshot> {
    this.life.check();
    return this.reportedState.snapshotBefore();
  }

  /**
   * Continues from a snapshot as if the run had never stopped: with the same kernels the following
   * iterations are the same bit for bit, with other kernels they agree within rounding. The
   * hyperparameters and the seed become those of the snapshot, see `config`; `restoreTrainer` can
   * change them.
   * @throws ConfigError for a snapshot that does not fit, with nothing changed; TrainerError while
   * a loop is open, or when the trainer is destroyed; GpuError.
   */
  async restore(snapshot: TrainerSnapshot): Promise<void> {
    return this.reportedState.restore(snapshot);
  }

  /**
   * The whole run after the iteration of the last report (see `Trainer`) as bytes, from which
   * `restoreTrainer` continues it bit for bit: in this process or another, in Node or in a browser.
   * They are a safetensors file, with the environment's module in it.
   * @param given a snapshot of this trainer to write instead of a new one
   * @throws TrainerError or GpuError.
   */
  async save(given?: TrainerSnapshot): Promise<Uint8Array> {
    const { plan, task, runtime } = this;
    const snapshot = given ?? (await this.snapshot());
    const origin = { adapter: runtime.gpu.adapter.name, plan };
    const params = { ...task.environment.params, ...snapshot.params };
    const environment = snapshot.params ? { ...task.environment, params } : task.environment;
    return encodeCheckpoint({ environment, snapshot, origin });
  }

  /**
   * Changes hyperparameters between two iterations: the fields that may differ between agents, and
   * `totalTimesteps`, with which training can go on beyond its end. The next report is that of an
   * iteration with the new values; iterations that ran ahead of the last report are discarded. It
   * can be called at any time: while a report is awaited, it waits for that report.
   * Schedules take the values that they have at this point of the new run.
   * @throws ConfigError for values out of range and for fields that must not change, with nothing
   * changed; TrainerError or GpuError.
   */
  async setHyperparameters(changes: Partial<PpoConfig>): Promise<void> {
    this.life.check();
    return this.reportedState.setHyperparameters(changes);
  }

  /**
   * Changes the ranges of params that vary between two iterations, without compiling anything: a
   * number in place of a range is drawn every time, and lists count from the beginning of
   * training. Episodes that are under way keep what they have drawn. The next report is that of an
   * iteration with the new ranges, as with `setHyperparameters`.
   * @throws ConfigError for params that are constants of the run, unknown names and impossible
   * ranges, with nothing changed; TrainerError or GpuError.
   */
  async setParams(changes: Params): Promise<void> {
    this.life.check();
    return this.reportedState.setParams(changes);
  }

  /**
   * Plays the iteration after the last report and looks for the first number that is not finite.
   * The trainer cannot train afterwards; `lockstep replay` makes one for this alone.
   * @throws TrainerError or GpuError.
   * @internal
   */
  async replay(): Promise<Replay> {
    this.life.check();
    if (this.run.hosts) {
      const { id } = this.task.environment;
      const sentence = 'steps on the host, where no iteration can be played again';
      throw new TrainerError(`environment ${id} ${sentence}`);
    }
    return replayIteration(this.runtime.gpu, this.task, this.run, {
      iteration: this.loop.counters.iteration + 1,
      outlive: (work) => this.life.outlive(work),
    });
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
    return profileStages(gpu, this.run.stages, () => this.life.check());
  }

  /**
   * Frees everything that the trainer holds on the device; the device itself stays open. An open
   * loop rejects with a TrainerError; to leave it, use `break` or `stop`. Destroying a trainer
   * again has no effect.
   */
  destroy(): void {
    if (!this.life.end()) return;
    this.loop.destroy();
    this.run.hosts?.close();
    this.runtime.kernels.destroy();
    this.runtime.arena.destroy();
  }

  /** @internal */
  [DISPOSE](): void {
    this.destroy();
  }

  private get episodeLimits(): EpisodeLimits {
    const { maxEpisodeSteps } = this.task;
    return { maxEpisodeSteps, numAgents: this.run.sizes.agents };
  }

  /** The domain of the random numbers of the next episodes; with a seed, always the first. */
  private nextDomain(seed: number | undefined): number {
    if (seed !== undefined) return 1;
    this.reportedState.evaluations += 1;
    return this.reportedState.evaluations;
  }

  /** @throws ConfigError for params and policies that do not fit the run. */
  private chosenEpisodes(options: Pick<CheckedLive, 'seed' | 'params' | 'policy'>): ChosenEpisodes {
    const { seed, params, policy } = options;
    const { config, task, run } = this;
    const progress = this.loop.counters.iteration / deriveSizes(config).iterations;
    const { numAgents: agents } = config;
    const { parameterCount } = run.layout;
    const sizes = { agents, parameterCount, observationSize: task.observationSize };
    return {
      seed: seed ?? config.seed,
      params: paramsOfEpisodes(task.environment, this.params, progress, params),
      given: policy && policyTensors(policy, sizes, config),
    };
  }

  /**
   * What episodes are played with: by default with the policies of the last report.
   * @param domain of the random numbers
   */
  private episodesSetup(domain: number, { seed, params, given }: ChosenEpisodes): EpisodesSetup {
    const { config, task, run } = this;
    const { layout, plan, state } = run;
    const { tables } = state.environments;
    return {
      ...{ config: { ...config, seed }, task, layout, plan, domain, params, tables, given },
      ...this.loop.reported,
      patience: this.patienceWith('reset, step or observe'),
      check: () => this.life.check(),
    };
  }

  private patienceWith(functions: string): Patience {
    return patienceWith(this.task.environment, functions, this.stallTimeout);
  }
}
