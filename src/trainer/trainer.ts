/** Proximal policy optimization (Schulman et al. 2017): the loop. */

import { gaeStage } from '../advantages/gae';
import { declareMoments } from '../advantages/normalize';
import { Values } from '../advantages/values';
import { checkConfig } from '../check-config';
import { DEFAULT_CONFIG, deriveSizes, type PpoConfig, type Sizes } from '../config';
import type { EnvironmentDefinition } from '../environments/definition';
import { Arena } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { KernelLibrary } from '../gpu/kernel';
import { readTensor } from '../gpu/readback';
import type { Runtime } from '../gpu/runtime';
import { encodeStages, type Stage } from '../gpu/stage';
import { StageTimer } from '../gpu/timing';
import { type ActorCriticLayout, layoutActorCritic } from '../network/actor-critic';
import { Rollout } from '../rollout/rollout';
import { declareRolloutBuffer, declareValueBuffer, rolloutSizes } from '../rollout/rollout-buffer';
import { createTask, type Task } from '../rollout/task';
import { SHADER_SOURCES } from '../shader-sources';
import { Update } from '../update/update';
import { type EvaluateOptions, evaluate } from './evaluation';
import { agentMetrics, type Evaluation, type IterationReport, RecentEpisodes } from './metrics';
import { declareReports, reportStage, unpackReports } from './report';
import { Scheduler } from './scheduler';
import { scheduleStage } from './schedules';
import { declareTrainState, initializeTrainState, type TrainState } from './train-state';

export interface TrainerOptions {
  readonly gpu: Gpu;
  readonly environment: EnvironmentDefinition;
  /** Fields over the environment's defaults and the general ones. */
  readonly config?: Partial<PpoConfig>;
}

/** The complete configuration of a run: general defaults < the environment's < the given fields. */
export function completeConfig(
  environment: EnvironmentDefinition,
  config: Partial<PpoConfig> = {},
): PpoConfig {
  return { ...DEFAULT_CONFIG, ...environment.defaults, ...config };
}

/**
 * Prepares a run: checks the configuration, allocates, compiles, resets the environments.
 * @throws ConfigError, EnvironmentError, ShaderError, LimitError or GpuError, before any iteration.
 */
export async function createTrainer({
  gpu,
  environment,
  config,
}: TrainerOptions): Promise<Trainer> {
  const complete = completeConfig(environment, config);
  checkConfig(complete);
  const task = await createTask(environment);
  const runtime = { gpu, kernels: new KernelLibrary(gpu, SHADER_SOURCES), arena: new Arena(gpu) };
  const trainer = new Trainer(runtime, task, complete);
  await trainer.prepare();
  return trainer;
}

export class Trainer implements AsyncIterable<IterationReport> {
  readonly sizes: Sizes;
  readonly layout: ActorCriticLayout;
  /** One iteration: rollout → values → advantages → updates → report. */
  readonly stages: readonly Stage[];
  readonly state: TrainState;
  private readonly scheduler: Scheduler;
  private readonly resetStage: Stage;
  private readonly recent: readonly RecentEpisodes[];
  private submitted = 0;
  private reported = 0;
  private stopping = false;
  private evaluations = 0;
  private begin: number | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly task: Task,
    readonly config: PpoConfig,
  ) {
    const { arena, gpu } = runtime;
    const { distribution, observationSize } = task;
    this.sizes = deriveSizes(config);
    this.layout = layoutActorCritic({ ...config, ...distribution, observationSize });
    const rolls = rolloutSizes(this.sizes.agents, this.sizes.envs, this.sizes.steps, task);
    this.state = declareTrainState(arena, rolls, this.layout, task);
    const parameters = this.parameterBlock;
    const { agents, worlds, optimizer } = this.state;
    const buffer = declareRolloutBuffer(arena, rolls, task);
    const values = declareValueBuffer(arena, rolls);
    const shared = { task, agents, layout: this.layout, parameters };
    const mode = { greedy: false, episodeLimit: 0 };
    const rollout = new Rollout(runtime, { ...shared, mode, worlds, buffer });
    const critic = new Values(runtime, this.layout, parameters, buffer, values);
    const update = new Update(runtime, {
      ...shared,
      sizes: this.sizes,
      optimizer,
      rollout: buffer,
      values,
    });
    const moments = declareMoments(arena, 'batch', this.sizes.agents, this.sizes.batch, 2);
    const reports = declareReports(arena, this.sizes.agents);
    arena.allocate();

    this.resetStage = rollout.reset();
    this.stages = [
      rollout.stage(),
      critic.stage(),
      gaeStage(runtime, agents, buffer, values),
      ...update.stages(),
      reportStage(runtime, {
        sizes: rolls,
        agents,
        episodes: worlds.episodes,
        statistics: update.loss.statistics,
        values,
        moments,
        reports,
      }),
      scheduleStage(runtime, agents),
    ];
    this.scheduler = new Scheduler(gpu, this.stages, reports);
    this.recent = Array.from({ length: this.sizes.agents }, () => new RecentEpisodes());
  }

  /** Waits for the kernels, writes the initial state and resets the environments. */
  async prepare(): Promise<void> {
    await this.runtime.kernels.compiled();
    initializeTrainState(this.runtime.gpu, this.state, this.config, this.layout);
    await this.run([this.resetStage]);
  }

  /** Trains; one report per iteration, in order. Ends after the last iteration or after `stop`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<IterationReport, void, undefined> {
    this.begin ??= performance.now();
    while (this.wantsMore || this.scheduler.inFlight > 0) {
      while (this.wantsMore && this.scheduler.hasRoom) this.submit();
      yield this.report(await this.scheduler.report());
    }
  }

  /** Ends training after the iterations that are already submitted. */
  stop(): void {
    this.stopping = true;
  }

  /** Plays fresh episodes with the current policies, on the device. */
  evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
    this.evaluations += 1;
    return evaluate(
      this.runtime,
      { ...this, task: this.task, parameters: this.parameterBlock, domain: this.evaluations },
      options,
    );
  }

  /** All agents' parameters, [K][P]: actor, critic, free parameters (see network/actor-critic). */
  async parameters(): Promise<Float32Array> {
    const bytes = await readTensor(this.runtime.gpu, this.state.parameters);
    return new Float32Array(bytes, 0, this.sizes.agents * this.layout.parameterCount);
  }

  /**
   * Milliseconds of device time by stage of one further iteration, which counts as training.
   * @throws Error on an adapter without timestamps.
   */
  async profile(): Promise<Map<string, number>> {
    const timer = new StageTimer(this.runtime.gpu);
    try {
      await this.run(this.stages, timer);
      return await timer.collect();
    } finally {
      timer.destroy();
    }
  }

  /** Frees everything that the trainer holds on the device; the device itself stays open. */
  destroy(): void {
    this.scheduler.destroy();
    this.runtime.kernels.destroy();
    this.runtime.arena.destroy();
  }

  private get wantsMore(): boolean {
    return !this.stopping && this.submitted < this.sizes.iterations;
  }

  private get parameterBlock() {
    return { tensor: this.state.parameters, count: this.layout.parameterCount };
  }

  private submit(): void {
    this.scheduler.submit();
    this.submitted += 1;
  }

  private report(bytes: ArrayBuffer): IterationReport {
    this.reported += 1;
    const { agents, batch, iterations } = this.sizes;
    const seconds = (performance.now() - this.begin!) / 1000;
    const timesteps = this.reported * batch;
    return {
      iteration: this.reported,
      iterations,
      timesteps,
      seconds,
      'charts/SPS': (timesteps * agents) / seconds,
      agents: unpackReports(bytes, agents).map((report, agent) =>
        agentMetrics(report, this.recent[agent]!),
      ),
    };
  }

  private async run(stages: readonly Stage[], timer?: StageTimer): Promise<void> {
    const { gpu } = this.runtime;
    const encoder = gpu.device.createCommandEncoder();
    encodeStages(encoder, stages, timer);
    timer?.resolve(encoder);
    gpu.device.queue.submit([encoder.finish()]);
    await gpu.idle();
  }
}
