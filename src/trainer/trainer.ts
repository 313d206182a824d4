/** Proximal policy optimization (Schulman et al. 2017): the loop. */

import { checkConfig } from '../check-config';
import {
  ConfigError,
  completeConfig,
  deriveSizes,
  type PpoConfig,
  type Sizes,
  usesReference,
} from '../config';
import { checkedEnvironment, type EnvironmentDefinition } from '../environments/definition';
import { type Ahead, compileAhead } from '../gpu/ahead';
import { Arena } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { KernelLibrary } from '../gpu/kernel';
import { readTensor } from '../gpu/readback';
import { profileStages, runStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import { firstDispatches, type Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/linear';
import { type ActorCriticLayout, storeHidden } from '../network/actor-critic';
import {
  chooseForm,
  type FusedForm,
  type KernelForm,
  usesMatrixUnits,
} from '../network/fused-form';
import { rolloutSizes } from '../rollout/rollout-buffer';
import { createTask, type Task } from '../rollout/task';
import { SHADER_SOURCES } from '../shader-sources';
import { type EvaluateOptions, evaluate } from './evaluation';
import { guard } from './guard';
import { recordIteration } from './iteration';
import { agentMetrics, type Evaluation, type IterationReport, RecentEpisodes } from './metrics';
import { planNetworks } from './networks';
import { type FirstState, firstState, type Policy } from './policy';
import { unpackReports } from './report';
import { type RawReport, Scheduler } from './scheduler';
import {
  declareTrainState,
  initializeTrainState,
  readStatistics,
  type TrainState,
} from './train-state';

/** What `createTrainer` needs: a device, an environment, and what differs from the defaults. */
export interface TrainerOptions {
  /** Device to train on, from `requestGpu` or `requestNodeGpu`; it stays open after `Trainer.destroy`. */
  readonly gpu: Gpu;
  /** Environment to learn, from `findEnvironment` or `defineEnvironment`. */
  readonly environment: EnvironmentDefinition;
  /** Fields that take precedence over the environment's defaults, and those over `DEFAULT_CONFIG`. */
  readonly config?: Partial<PpoConfig>;
  /**
   * Where training begins instead of at random parameters: what `Trainer.policy` has returned, or one
   * agent's part of it for all alike. Only the optimizer begins anew.
   */
  readonly policy?: Policy | undefined;
  /**
   * Parameters alone in place of a policy: those of `Trainer.parameters`, [K][P], or one agent's for all
   * alike, [P]. The statistics of normalizers (normObs, normReward) begin anew: parameters that were
   * trained with them are worth little without.
   */
  readonly parameters?: Float32Array | undefined;
  /**
   * Parameters of the frozen reference policy, [K][P] or [P]; by default those that training begins with.
   * Only with `refKlCoef` or `refKlRewardCoef` above 0.
   */
  readonly referenceParameters?: Float32Array | undefined;
  /** Variant of the kernels, e.g. from `tuneForm`; by default the usual one for the device and the networks. */
  readonly form?: KernelForm | undefined;
}

/** What a run begins with, where it is not made from the configuration. */
type Given = Pick<TrainerOptions, 'policy' | 'parameters' | 'referenceParameters' | 'form'>;

/**
 * Prepares a run: checks the configuration, allocates, compiles, resets the environments.
 * @throws ConfigError, EnvironmentError, ShaderError, LimitError or GpuError, before any iteration.
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const trainer = await assembleTrainer(options, new KernelLibrary(options.gpu, SHADER_SOURCES));
  try {
    await trainer.prepare();
    return trainer;
  } catch (error) {
    trainer.destroy();
    throw error;
  }
}

/**
 * A trainer that is not prepared, on kernels that it then owns and that may still compile.
 * @throws as `createTrainer`, but for what only compiling or running shows.
 */
export async function assembleTrainer(
  { gpu, environment: described, config, ...given }: TrainerOptions,
  kernels: KernelLibrary,
): Promise<Trainer> {
  const environment = checkedEnvironment(described);
  const complete = completeConfig(environment.defaults, config);
  checkConfig(complete, environment);
  if (given.referenceParameters && !usesReference(complete)) {
    const text = 'referenceParameters are given, but refKlCoef and refKlRewardCoef are 0';
    throw new ConfigError([`${text}; set one of them above 0`]);
  }
  if (given.policy && given.parameters) {
    throw new ConfigError(['policy and parameters are both given; a policy has parameters']);
  }
  const task = await createTask(gpu, environment, complete);
  const matrixUnits = given.form && usesMatrixUnits(given.form) ? gpu.matrixUnits : undefined;
  const runtime = { gpu, kernels, arena: new Arena(gpu), matrixUnits };
  try {
    return Trainer.of(runtime, task, complete, given);
  } catch (error) {
    kernels.destroy();
    runtime.arena.destroy();
    throw error;
  }
}

/**
 * One run, made by `createTrainer`. Iterating over it trains: `for await (const report of trainer)` yields an
 * `IterationReport` after each iteration. In shapes, K is the number of agents and P that of the parameters
 * of one agent.
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
  /** Variant of the fused kernels that runs; undefined where the layered ones run. */
  readonly form: FusedForm | undefined;
  /** Why no fused kernels fit the networks and the device; undefined where they do. */
  readonly obstacle: string | undefined;
  private readonly parameterBlock: ParameterBlock;
  /** What training begins with. */
  private readonly first: FirstState;
  private readonly scheduler: Scheduler;
  /**
   * Runs once, before the first iteration.
   * @internal
   */
  readonly resetStage: Stage;
  private readonly recent: readonly RecentEpisodes[];
  private submitted = 0;
  private reported = 0;
  private stopping = false;
  private evaluations = 0;
  private begin: number | undefined;
  /** Helps the first iteration. */
  private ahead: Ahead | undefined;

  /** Allocates and records everything; see `createTrainer`. */
  private constructor(
    private readonly runtime: Runtime,
    private readonly task: Task,
    /** The complete configuration: the given fields, the environment's defaults and the general ones. */
    readonly config: PpoConfig,
    given: Given,
  ) {
    this.sizes = deriveSizes(config);
    const { agents, envs, steps } = this.sizes;
    const grouped = config.advantageEstimator === 'group';
    const sizes = rolloutSizes(agents, envs, steps, task, grouped);
    const { layout, obstacle } = planNetworks(runtime.gpu, config, task);
    this.obstacle = obstacle;
    this.form = chooseForm(given.form, obstacle, layout, runtime.gpu);
    // Kernels of both kinds would not agree on a policy whose hidden layers one of them rounds.
    this.layout = this.form ? layout : storeHidden(layout, config.storage);
    this.state = declareTrainState(runtime.arena, sizes, this.layout, task, this.form);
    this.parameterBlock = { tensor: this.state.parameters, count: this.layout.parameterCount };
    const { reset, stages, reports } = recordIteration(runtime, {
      config,
      task,
      sizes: this.sizes,
      rolloutSizes: sizes,
      layout: this.layout,
      parameters: this.parameterBlock,
      state: this.state,
      form: this.form,
    });
    // The host's arrays come after the check of the device's limits, which are the lower ones.
    this.first = firstState(given, config, this.layout, task.observationSize);
    this.resetStage = reset;
    this.stages = stages;
    this.scheduler = new Scheduler(runtime.gpu, stages, reports);
    this.recent = Array.from({ length: agents }, () => new RecentEpisodes());
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
    await runStages(this.runtime.gpu, [this.resetStage]);
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
   * Trains; one report per iteration, in order. Ends after the last iteration or after `stop`.
   * @throws NonFiniteError after the report of an iteration with too many skipped updates in a row.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<IterationReport, void, undefined> {
    this.begin ??= performance.now();
    this.ahead ??= this.compileAhead();
    try {
      while (this.wantsMore || this.scheduler.inFlight > 0) {
        while (this.wantsMore && this.scheduler.hasRoom) await this.submit();
        const report = this.report(await this.scheduler.report());
        this.ahead.end();
        yield report;
        guard(report.iteration, report.agents, this.config.maxSkippedUpdates);
      }
    } finally {
      // A process must not end while a helper still compiles.
      await this.settled();
    }
  }

  /** Ends training after the iterations that are already submitted. */
  stop(): void {
    this.stopping = true;
  }

  /**
   * Resolves when no helping device compiles any more, after the first report.
   * @internal
   */
  async settled(): Promise<void> {
    await this.ahead?.end();
  }

  /**
   * Plays fresh episodes with the current policies, on the device. Training is not affected.
   * @throws ConfigError unless `episodes` is a positive integer; GpuError where the device fails.
   */
  evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
    this.evaluations += 1;
    const { config, task, layout, parameterBlock: parameters, evaluations: domain, form } = this;
    const { observationMoments } = this.state.normalizer;
    const setup = { config, task, layout, parameters, domain, observationMoments, form };
    return evaluate(this.runtime, setup, options);
  }

  /**
   * All agents' parameters, [K][P]. Of each agent: the actor's, the critic's, then free ones such as log
   * standard deviations; of each layer: weights, then biases.
   */
  async parameters(): Promise<Float32Array> {
    const bytes = await readTensor(this.runtime.gpu, this.state.parameters);
    return new Float32Array(bytes, 0, this.sizes.agents * this.layout.parameterCount);
  }

  /**
   * What another run can begin with (`TrainerOptions.policy`) and files keep: the parameters of all
   * agents and, with normObs and normReward, the statistics that were normalised by.
   */
  async policy(): Promise<Policy> {
    const { normObs, normReward } = this.config;
    const { observationMoments, returnMoments } = this.state.normalizer;
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
   * Milliseconds of device time by stage of one iteration beyond those that are reported.
   * @throws Error on an adapter without timestamps.
   */
  profile(): Promise<Map<string, number>> {
    return profileStages(this.runtime.gpu, this.stages);
  }

  /** Frees everything that the trainer holds on the device; the device itself stays open. */
  destroy(): void {
    this.ahead?.end();
    this.scheduler.destroy();
    this.runtime.kernels.destroy();
    this.runtime.arena.destroy();
  }

  private get wantsMore(): boolean {
    return !this.stopping && this.submitted < this.sizes.iterations;
  }

  private compileAhead(): Ahead {
    const kernels = [...firstDispatches(this.stages).keys()].map(({ portable }) => portable!);
    return compileAhead(this.runtime.gpu, kernels);
  }

  private async submit(): Promise<void> {
    await this.scheduler.submit();
    this.submitted += 1;
  }

  private report({ bytes, milliseconds }: RawReport): IterationReport {
    const begin = performance.now();
    this.reported += 1;
    const { agents, batch, iterations } = this.sizes;
    const metrics = unpackReports(bytes, agents).map((report, agent) =>
      agentMetrics(report, this.recent[agent]!),
    );
    const timesteps = this.reported * batch;
    const end = performance.now();
    const seconds = (end - this.begin!) / 1000;
    return {
      iteration: this.reported,
      iterations,
      timesteps,
      seconds,
      'charts/SPS': (timesteps * agents) / seconds,
      'charts/host_milliseconds': milliseconds + end - begin,
      agents: metrics,
    };
  }
}
