/** Chooses the kernels by measurement: whole iterations of the run at hand, each in turn. */
import { checkConfig } from '../config/check';
import { completeConfig } from '../config/defaults';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import { checkedEnvironment } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import { withSubgroupsIfTaken } from '../gpu/subgroups';
import { matrixUnitsFault } from '../kernels/matrix-check';
import { FEWEST_NEURONS } from '../kernels/matrix-split';
import type { ActorCriticLayout } from '../network/actor-critic';
import { type KernelPlan, usesMatrixUnits } from '../network/kernel-plan';
import { candidatePlans } from '../network/plan-candidates';
import { hasMatrixLayers } from '../network/plan-limits';
import { outlineTask } from '../rollout/task';
import { planNetworks } from './networks';
import { createTrainer } from './trainer';
import type { TrainerOptions } from './trainer-options';
import { tuningKey } from './tuning-key';

/** Timing goes on for so long, after an iteration that compiles, and until what is submitted has run. */
const LEAST_MILLISECONDS = 250;
const MOST_ITERATIONS = 1000;

/** How long iterations take by one plan. */
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
  /** What was measured now; empty where the choice was remembered. */
  readonly timings: readonly PlanTiming[];
  /** Why no fused kernels are among the plans; undefined where there was a choice. */
  readonly whyNotFused: string | undefined;
  /** Why the matrix units that the device was opened with are in none of the plans that were timed. */
  readonly matrixFault: string | undefined;
}

/**
 * Keeps the choices of `tunePlan` from run to run, such as `tuningDatabase` in a page and `tuningFile` in Node.
 * A choice that cannot be kept is made again.
 */
export interface TuningMemory {
  /** What is kept under a key, or undefined; a value that is no plan of the run at hand is ignored. */
  get(key: string): Promise<unknown>;
  /** Keeps a choice under a key; must not reject where that is impossible. */
  set(key: string, plan: KernelPlan): Promise<void>;
}

/** The run that `tunePlan` chooses the kernels of, as for `createTrainer`. */
export interface TuneOptions
  extends Pick<TrainerOptions, 'gpu' | 'environment' | 'config' | 'networks'> {
  /**
   * Where choices are looked up and kept; without it every call measures. Those for `networks` are not kept.
   */
  readonly memory?: TuningMemory;
}

/** The plan of the list that is written as what was kept. */
function findPlan(plans: readonly KernelPlan[], kept: unknown): KernelPlan | undefined {
  const text = JSON.stringify(kept);
  return plans.find((plan) => JSON.stringify(plan) === text);
}

/**
 * Milliseconds per iteration, between two moments at which the device is idle: reports of a fast device
 * arrive several at a time, so that the time between two of them says nothing.
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
      // A helping device that still compiles would take a core from the iterations that are timed.
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

/** Why a device's matrix units are of no use to the networks, or undefined. */
async function whyNotMatrices(gpu: Gpu, layout: ActorCriticLayout): Promise<string | undefined> {
  if (hasMatrixLayers(layout)) return matrixUnitsFault(gpu);
  return `no layer has ${FEWEST_NEURONS} neurons or more on both sides`;
}

/**
 * Times every plan that the device and the networks have, or remembers the fastest.
 * @throws whatever `createTrainer` throws, and NonFiniteError where an iteration meets one
 */
export function tunePlan(options: TuneOptions): Promise<Tuning> {
  return withSubgroupsIfTaken(options.gpu, () => timePlans(options));
}

async function timePlans(options: TuneOptions): Promise<Tuning> {
  const { gpu, networks } = options;
  const memory = networks ? undefined : options.memory;
  const environment = checkedEnvironment(options.environment);
  const config = completeConfig(environment.defaults, options.config);
  checkConfig(config, environment);
  const { layout, notFused } = planNetworks(
    gpu,
    config,
    outlineTask(environment, config),
    networks,
  );
  const all = candidatePlans(layout, gpu, notFused);
  const key = await tuningKey({ gpu, environment, config, plans: all });
  const remembered = all.length > 1 ? findPlan(all, await memory?.get(key)) : undefined;
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
  await memory?.set(key, plan);
  return { plan, timings, whyNotFused: undefined, matrixFault };
}
