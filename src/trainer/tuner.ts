/**
 * Chooses the kernel plan by measurement: times whole iterations of the run with each plan in turn.
 */
import { checkConfig } from '../config/check';
import { completeConfig } from '../config/defaults';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import { checkedEnvironment } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import { withSubgroupsIfTaken } from '../gpu/subgroups';
import { matrixUnitsFault } from '../kernels/linear/matrix-units/matrix-check';
import { MIN_NEURONS } from '../kernels/linear/matrix-units/matrix-units';
import type { ActorCriticLayout } from '../network/actor-critic';
import { type KernelPlan, usesMatrixUnits } from '../network/kernel-plan';
import { candidatePlans } from '../network/plan-candidates';
import { hasMatrixLayers } from '../network/plan-limits';
import { outlineTask } from '../rollout/task';
import { createTrainer } from './create-trainer';
import { planNetworks } from './networks';
import type { TrainerOptions } from './trainer-options';
import { tuningKey } from './tuning-key';

/** A plan is timed for at least this long, after one iteration in which it compiles. */
const LEAST_MILLISECONDS = 250;
const MOST_ITERATIONS = 1000;

/** The measured time of an iteration with one plan. */
export interface PlanTiming {
  /** The kernels; `describePlan` puts them in words. */
  readonly plan: KernelPlan;
  /** Milliseconds per iteration. */
  readonly milliseconds: number;
}

/** What `tunePlan` returns. */
export interface Tuning {
  /** The fastest plan, for `TrainerOptions.plan`. */
  readonly plan: KernelPlan;
  /** The measurements; empty if the choice was remembered. */
  readonly timings: readonly PlanTiming[];
  /** Why no fused kernels are among the plans; undefined where there was a choice. */
  readonly whyNotFused: string | undefined;
  /** Why no timed plan uses the matrix units that the device was opened with. */
  readonly matrixFault: string | undefined;
}

/**
 * Keeps the choices of `tunePlan` from run to run, such as `tuningDatabase` in a page and
 * `tuningFile` in Node. A choice that cannot be kept is measured again.
 */
export interface TuningMemory {
  /**
   * The value stored under a key, or undefined; a value that is not a plan of the run is ignored.
   */
  get(key: string): Promise<unknown>;
  /** Stores a choice under a key; must not reject, even if that is impossible. */
  set(key: string, plan: KernelPlan): Promise<void>;
}

/** The run whose kernels `tunePlan` chooses, as for `createTrainer`. */
export interface TuneOptions
  extends Pick<TrainerOptions, 'gpu' | 'environment' | 'config' | 'networks' | 'valueHeads'> {
  /**
   * Where choices are stored, but those for `networks` and `valueHeads`; without it every call
   * measures.
   */
  readonly memory?: TuningMemory;
}

/** The plan of the list that equals a stored value. */
function findPlan(plans: readonly KernelPlan[], kept: unknown): KernelPlan | undefined {
  const text = JSON.stringify(kept);
  return plans.find((plan) => JSON.stringify(plan) === text);
}

/**
 * Milliseconds per iteration, measured between two moments at which the device is idle: a fast
 * device's reports arrive several at a time, so the time between two of them says nothing.
 */
async function timePlan(
  options: TuneOptions,
  config: PpoConfig,
  plan: KernelPlan,
): Promise<number> {
  const totalTimesteps = deriveSizes(config).batch * MOST_ITERATIONS;
  const trainer = await createTrainer({ ...options, config: { ...config, totalTimesteps }, plan });
  let begin = 0;
  let timed = 0;
  try {
    for await (const { iteration } of trainer) {
      // A helper device that still compiles would take a core from the timed iterations.
      if (iteration === 1) await trainer.settled();
      if (iteration === 1) begin = performance.now();
      else timed += 1;
      if (timed > 0 && performance.now() - begin > LEAST_MILLISECONDS) trainer.stop();
    }
    return (performance.now() - begin) / timed;
  } finally {
    trainer.destroy();
  }
}

/** Why the networks cannot use the device's matrix units, or undefined. */
async function whyNotMatrices(gpu: Gpu, layout: ActorCriticLayout): Promise<string | undefined> {
  if (hasMatrixLayers(layout)) return matrixUnitsFault(gpu);
  return `no layer has ${MIN_NEURONS} neurons or more on both sides`;
}

/**
 * Times every candidate plan of the device and the networks, or returns the remembered one.
 * @throws whatever `createTrainer` throws, and NonFiniteError
 */
export function tunePlan(options: TuneOptions): Promise<Tuning> {
  return withSubgroupsIfTaken(options.gpu, () => timePlans(options));
}

async function timePlans(options: TuneOptions): Promise<Tuning> {
  const { gpu, networks, valueHeads } = options;
  const memory = networks || valueHeads ? undefined : options.memory;
  const environment = checkedEnvironment(options.environment);
  const config = completeConfig(environment.defaults, options.config);
  checkConfig(config, environment);
  const { layout, notFused } = planNetworks(gpu, config, outlineTask(environment, config), options);
  const all = candidatePlans(layout, gpu, notFused);
  // The key takes hashing all shaders.
  const key =
    memory && all.length > 1
      ? await tuningKey({ gpu, environment, config, plans: all })
      : undefined;
  const remembered = key === undefined ? undefined : findPlan(all, await memory!.get(key));
  if (remembered) {
    return { plan: remembered, timings: [], whyNotFused: undefined, matrixFault: undefined };
  }
  const matrixFault = gpu.matrixUnits && (await whyNotMatrices(gpu, layout));
  const plans = all.filter((plan) => matrixFault === undefined || !usesMatrixUnits(plan));
  if (plans.length === 1) {
    return { plan: plans[0]!, timings: [], whyNotFused: notFused, matrixFault };
  }
  const timings: PlanTiming[] = [];
  for (const plan of plans) {
    timings.push({ plan, milliseconds: await timePlan(options, config, plan) });
  }
  const { plan } = timings.reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a));
  if (key !== undefined) await memory!.set(key, plan);
  return { plan, timings, whyNotFused: undefined, matrixFault };
}
