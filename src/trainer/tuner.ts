/** Chooses the variant of the kernels by measurement: whole iterations of the run at hand, each in turn. */
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
import {
  candidateForms,
  hasMatrixLayers,
  type KernelForm,
  usesMatrixUnits,
} from '../network/fused-form';
import { outlineTask } from '../rollout/task';
import { planNetworks } from './networks';
import { createTrainer } from './trainer';
import type { TrainerOptions } from './trainer-options';
import { tuningKey } from './tuning-key';

/** Timing goes on for so long, after an iteration that compiles, and until what is submitted has run. */
const LEAST_MILLISECONDS = 250;
const MOST_ITERATIONS = 1000;

/** How long iterations take with one variant of the kernels. */
export interface FormTiming {
  /** The variant; `describeForm` puts it in words. */
  readonly form: KernelForm;
  /** Milliseconds per iteration. */
  readonly milliseconds: number;
}

/** What `tuneForm` returns. */
export interface Tuning {
  /** The fastest variant, for `TrainerOptions.form`. */
  readonly form: KernelForm;
  /** What was measured now; empty where the choice was remembered. */
  readonly timings: readonly FormTiming[];
  /** Why no fused kernels are among the variants; undefined where there was a choice. */
  readonly obstacle: string | undefined;
  /** Why the matrix units that the device was opened with are not among the variants that were timed. */
  readonly matrixFault: string | undefined;
}

/**
 * Keeps the choices of `tuneForm` from run to run, such as `tuningDatabase` in a page and `tuningFile` in Node.
 * A choice that cannot be kept is made again.
 */
export interface TuningMemory {
  /** What is kept under a key, or undefined; a value that is no variant of the run at hand is ignored. */
  get(key: string): Promise<unknown>;
  /** Keeps a choice under a key; must not reject where that is impossible. */
  set(key: string, form: KernelForm): Promise<void>;
}

/** The run that `tuneForm` chooses a variant for, as for `createTrainer`. */
export interface TuneOptions extends Pick<TrainerOptions, 'gpu' | 'environment' | 'config'> {
  /** Where choices are looked up and kept; without it every call measures. */
  readonly memory?: TuningMemory;
}

/** The form of the list that is written as what was kept. */
function findForm(forms: readonly KernelForm[], kept: unknown): KernelForm | undefined {
  const text = JSON.stringify(kept);
  return forms.find((form) => JSON.stringify(form) === text);
}

/**
 * Milliseconds per iteration, between two moments at which the device is idle: reports of a fast device
 * arrive several at a time, so that the time between two of them says nothing.
 */
async function timeForm(
  options: TuneOptions,
  config: PpoConfig,
  form: KernelForm,
): Promise<number> {
  const totalTimesteps = deriveSizes(config).batch * MOST_ITERATIONS;
  const trainer = await createTrainer({ ...options, config: { ...config, totalTimesteps }, form });
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
async function matrixObstacle(gpu: Gpu, layout: ActorCriticLayout): Promise<string | undefined> {
  if (hasMatrixLayers(layout)) return matrixUnitsFault(gpu);
  return `no layer has ${FEWEST_NEURONS} neurons or more on both sides`;
}

/**
 * Times every variant that the device and the networks have, or remembers the fastest.
 * @throws whatever `createTrainer` throws, and NonFiniteError where an iteration meets one
 */
export function tuneForm(options: TuneOptions): Promise<Tuning> {
  return withSubgroupsIfTaken(options.gpu, () => timeForms(options));
}

async function timeForms(options: TuneOptions): Promise<Tuning> {
  const { gpu, memory } = options;
  const environment = checkedEnvironment(options.environment);
  const config = completeConfig(environment.defaults, options.config);
  checkConfig(config, environment);
  const { layout, obstacle } = planNetworks(gpu, config, outlineTask(environment, config));
  const fused = obstacle === undefined ? candidateForms(layout, gpu) : [];
  const onUnits = gpu.matrixUnits ? (['matrices'] as const) : [];
  const all = [...fused, 'layered' as const, ...onUnits];
  const key = await tuningKey({ gpu, environment, config, forms: all });
  const remembered = all.length > 1 ? findForm(all, await memory?.get(key)) : undefined;
  if (remembered) {
    return { form: remembered, timings: [], obstacle: undefined, matrixFault: undefined };
  }
  const matrixFault = gpu.matrixUnits && (await matrixObstacle(gpu, layout));
  const forms = all.filter((form) => matrixFault === undefined || !usesMatrixUnits(form));
  if (forms.length === 1) return { form: 'layered', timings: [], obstacle, matrixFault };
  const timings: FormTiming[] = [];
  for (const form of forms) {
    timings.push({ form, milliseconds: await timeForm(options, config, form) });
  }
  const { form } = timings.reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a));
  await memory?.set(key, form);
  return { form, timings, obstacle: undefined, matrixFault };
}
