/** The state of a run as it is after the last report, for whoever reads or replaces it. */
import { adoptConfig, checkChanges } from '../config/changes';
import { checkConfig } from '../config/check';
import { ConfigError } from '../config/config-error';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Params } from '../environments/param-range';
import { elementCount } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { readTensor, writeTensor } from '../gpu/readback';
import { runStages } from '../gpu/run-stages';
import type { HostBatch } from '../rollout/host-batch';
import { writeRanges } from '../rollout/world-bindings';
import { hostRandom } from './agent-record';
import type { BuiltRun } from './build-run';
import { changeHyperparameters } from './change-hyperparameters';
import type { Lifecycle } from './lifecycle';
import type { Loop } from './loop';
import type { Policy } from './policy';
import type { ReportCounters } from './reporter';
import { changedParams, variedParams } from './run-params';
import {
  checkSnapshot,
  readSnapshotTensors,
  type TrainerSnapshot,
  writeSnapshotTensors,
} from './snapshot';
import { type CarriedTensors, readStatistics } from './train-state';

export interface ReportedStateOptions {
  readonly gpu: Gpu;
  readonly environment: EnvironmentDefinition;
  readonly run: BuiltRun;
  readonly loop: Loop<CarriedTensors>;
  readonly life: Lifecycle;
}

/** What its methods return and throw is described at the methods of `Trainer`. */
export class ReportedState {
  /** Evaluations so far. */
  evaluations = 0;
  /** The configuration of the iteration that was reported last. */
  private reportedConfig: PpoConfig;
  /** The params of the next iteration, and those of the iteration that was reported last. */
  private currentParams: Params;
  private reportedParams: Params;

  constructor(
    private readonly options: ReportedStateOptions,
    private currentConfig: PpoConfig,
  ) {
    this.reportedConfig = currentConfig;
    this.currentParams = options.environment.params ?? {};
    this.reportedParams = this.currentParams;
  }

  /** The params of the next iteration. */
  get params(): Params {
    return this.currentParams;
  }

  /** The configuration of the next iteration. */
  get config(): PpoConfig {
    return this.currentConfig;
  }

  /** Must be called when an iteration is reported. */
  markReported(): void {
    this.reportedConfig = this.currentConfig;
    this.reportedParams = this.currentParams;
  }

  async parameters(): Promise<Float32Array> {
    const { gpu, run, loop } = this.options;
    const bytes = await readTensor(gpu, loop.reported.parameters);
    return new Float32Array(bytes, 0, elementCount(run.state.parameters.shape));
  }

  async policy(): Promise<Policy> {
    const { gpu, loop } = this.options;
    const { normObs, normReward } = this.config;
    const { observationMoments, returnMoments } = loop.reported;
    // Requested together, so that no iteration runs in between.
    const [parameters, observationStatistics, returnStatistics] = await Promise.all([
      this.parameters(),
      normObs ? readStatistics(gpu, observationMoments) : undefined,
      normReward ? readStatistics(gpu, returnMoments) : undefined,
    ]);
    return { parameters, observationStatistics, returnStatistics };
  }

  async snapshot(): Promise<TrainerSnapshot> {
    const { loop, run } = this.options;
    const { counters, reported } = loop;
    const worlds = run.hosts?.save(counters.iteration);
    const snapshot = await this.snapshotOf(counters, reported, this.config, this.params);
    const saved = await worlds;
    return saved ? { ...snapshot, worlds: saved } : snapshot;
  }

  /** The state before the iteration of the last report. */
  async snapshotBefore(): Promise<TrainerSnapshot> {
    const { countersBefore, before } = this.options.loop;
    return this.snapshotOf(countersBefore, before, this.reportedConfig, this.reportedParams);
  }

  async restore(snapshot: TrainerSnapshot): Promise<void> {
    const { loop, life } = this.options;
    const end = life.beginLoop();
    try {
      await loop.exclusively(() => this.replace(snapshot));
    } finally {
      end();
    }
  }

  /** Continues from a snapshot that was checked, with the configuration at hand. */
  async load(snapshot: TrainerSnapshot): Promise<void> {
    const { gpu, environment, run, loop, life } = this.options;
    const { tensors, counters, params } = snapshot;
    if (params) this.writeParams(changedParams(environment, this.params, params));
    writeSnapshotTensors(gpu, run.state, tensors);
    loop.restore(counters);
    this.evaluations = counters.evaluations;
    await life.outlive(run.hosts ? this.loadHosts(run.hosts, snapshot) : runStages(gpu, run.load));
  }

  async setHyperparameters(changes: Partial<PpoConfig>): Promise<void> {
    return this.options.loop.exclusively(() => this.change(changes));
  }

  async setParams(changes: Params): Promise<void> {
    return this.options.loop.exclusively(() => this.changeParams(changes));
  }

  private async changeParams(changes: Params): Promise<void> {
    const { gpu, environment, run, loop, life } = this.options;
    life.check();
    const params = changedParams(environment, this.params, changes);
    if (await loop.rewind()) await life.outlive(runStages(gpu, run.load));
    this.writeParams(params);
  }

  private writeParams(params: Params): void {
    const { gpu, environment, run } = this.options;
    writeRanges(gpu, run.state.environments, environment, params);
    this.currentParams = params;
  }

  /** Continues the worlds of a snapshot; without them, all environments begin new episodes. */
  private async loadHosts(
    hosts: HostBatch,
    { worlds, tensors, counters: { iteration } }: TrainerSnapshot,
  ): Promise<void> {
    const { gpu, run } = this.options;
    const random = hostRandom(this.config);
    if (worlds) {
      const { data } = tensors.episodes!;
      const episodes = new Uint32Array(data.buffer, data.byteOffset, data.length);
      await hosts.load({ ...random, iteration, saved: worlds, episodes });
      return runStages(gpu, run.load);
    }
    hosts.moveTo(iteration, random);
    const { discountedReturns } = run.state.normalizer;
    writeTensor(gpu, discountedReturns, new Float32Array(elementCount(discountedReturns.shape)));
    return runStages(gpu, run.reset);
  }

  private async snapshotOf(
    reported: ReportCounters,
    carried: CarriedTensors,
    config: PpoConfig,
    allParams: Params,
  ): Promise<TrainerSnapshot> {
    const { gpu, environment, run } = this.options;
    const params = variedParams(environment, allParams);
    const { evaluations } = this;
    const counters = { ...reported, evaluations };
    const tensors = await readSnapshotTensors(gpu, run.state, carried);
    return { tensors, counters, config, ...(params && { params }) };
  }

  private async replace(snapshot: TrainerSnapshot): Promise<void> {
    const { environment, run, loop, life } = this.options;
    life.check();
    const config = adoptConfig(this.config, snapshot.config);
    checkSnapshot(snapshot, run.state, deriveSizes(config).iterations);
    if (snapshot.params) changedParams(environment, this.params, snapshot.params);
    await loop.drain();
    this.setConfig(config);
    await this.load(snapshot);
  }

  private async change(changes: Partial<PpoConfig>): Promise<void> {
    const { gpu, environment, run, loop, life } = this.options;
    life.check();
    const before = this.config;
    const after = { ...before, ...changes };
    checkConfig(after, environment);
    checkChanges(before, after);
    const { iteration } = loop.counters;
    if (deriveSizes(after).iterations < iteration) {
      const least = `at least ${iteration * run.sizes.batch}, those of the iterations so far`;
      throw new ConfigError([`totalTimesteps is ${after.totalTimesteps}; it must be ${least}`]);
    }
    if (await loop.rewind()) await life.outlive(runStages(gpu, run.load));
    const { agents } = run.state;
    const words = new Uint32Array(await readTensor(gpu, agents));
    life.check();
    const records = words.subarray(0, elementCount(agents.shape));
    writeTensor(gpu, agents, changeHyperparameters(records, before, after, iteration));
    this.setConfig(after);
  }

  private setConfig(config: PpoConfig): void {
    this.options.loop.limit(deriveSizes(config).iterations, config.maxSkippedUpdates);
    this.currentConfig = config;
  }
}
