/** Steps per second of training, for growing numbers of environments, agents and neurons. */
import { DEFAULT_CONFIG } from '../src/config/defaults';
import type { PpoConfig } from '../src/config/ppo-config';
import { findEnvironment } from '../src/environments/index';
import { LimitError } from '../src/gpu/arena';
import type { Gpu } from '../src/gpu/device';
import { describePlan, LAYERED_ON_MATRIX_UNITS } from '../src/network/kernel-plan';
import { createTrainer } from '../src/trainer/create-trainer';
import type { Trainer } from '../src/trainer/trainer';
import type { TrainerOptions } from '../src/trainer/trainer-options';
import { alternate } from './support/alternate';
import type { Bench, BenchContext } from './support/bench';
import { effortOf, measureHalves, measureLoop } from './support/measure-trainer';
import { countBufferBytes } from './support/observe-gpu';
import type { Options } from './support/options';
import { type Measurement, type MeasurementPlace, measurement } from './support/results';
import { formatSpread } from './support/table';
import { TrainingLoop } from './support/training-loop';
import { withTunedKernels } from './support/tuned-kernels';

/** The work of one trainer. */
export interface Work {
  /** K */
  readonly agents: number;
  /** N, per agent. */
  readonly envs: number;
  /** Width of both hidden layers. */
  readonly width: number;
  /** Bits of a stored observation. */
  readonly storageBits: 32 | 16;
  /** Bits of the factors of wide layers; 16 with matrix units. */
  readonly productBits: 32 | 16;
}

export const TRAINING_TITLE =
  'Training: CartPole-v1, 32 steps, 4 epochs × 4 minibatches, two hidden layers of tanh';
const STEPS = 32;
const ENVS = [64, 256, 1024, 4096, 16384, 65536] as const;
const QUICK_ENVS = [64, 1024] as const;
const POPULATIONS = [16, 256] as const;
const WIDTHS = [128, 256] as const;
/** Agents of a population, 64 environments each, compared with one agent with all environments. */
const RIVALS = 64;

const NOTES = [
  'beside: two trainers in turns A B B A, with the ratio of their steps per second.',
  'training: environment steps of all agents per second of the running loop; the device is idle ' +
    'at both ends of a block.',
  'rollout only, update only: the same steps over the device time of the stage "rollout", and of ' +
    'all stages after the advantages up to the report (timestamps; each stage in its own pass).',
  'f16: observations are stored in half precision.',
  'matrix units: wide layers are multiplied by them in half precision, in layered kernels.',
  'memory: all buffers of the trainer, over agents × environments.',
  'host: time to encode, submit, read reports and compute metrics, per iteration and as a share ' +
    'of the training time; from the reports or, if they lack it, the time in which the device ' +
    'was ' +
    'not awaited.',
];

const isAsked = ({ only }: Options, name: string): boolean =>
  only === undefined || name.includes(only);

const hasUnits = ({ matrixUnits }: Gpu): boolean => matrixUnits !== undefined;

const hasHalf = ({ device }: Gpu): boolean => device.features.has('shader-f16');

function workloads({ gpu, options }: BenchContext): readonly Work[] {
  const { envs, quick } = options;
  const grown = (envs ?? (quick ? QUICK_ENVS : ENVS)).map((count) => work(1, count, 64));
  const populations = (quick ? [16] : POPULATIONS).map((agents) => work(agents, 64, 64));
  const widths = quick ? [] : WIDTHS.map((width) => work(1, 1024, width));
  const half = quick || !hasHalf(gpu) ? [] : [work(1, 1024, 64, { storageBits: 16 })];
  const units =
    quick || !hasUnits(gpu) ? [] : WIDTHS.map((width) => work(1, 1024, width, { productBits: 16 }));
  const all = [...grown, ...populations, ...widths, ...half, ...units];
  return all.filter((one) => isAsked(options, nameOf(one)));
}

const work = (
  agents: number,
  envs: number,
  width: number,
  how: Partial<Pick<Work, 'storageBits' | 'productBits'>> = {},
): Work => ({ agents, envs, width, storageBits: 32, productBits: 32, ...how });

const agentsOf = ({ agents }: Work): string =>
  `${agents.toLocaleString('en-US')} agent${agents === 1 ? '' : 's'}`;

export function nameOf(one: Work): string {
  const storage = one.storageBits === 16 ? ', f16' : '';
  const products = one.productBits === 16 ? ', matrix units' : '';
  const sizes = `${agentsOf(one)} × ${one.envs.toLocaleString('en-US')}, width ${one.width}`;
  return `${sizes}${storage}${products}`;
}

function configOf({ agents, envs, width, storageBits }: Work): PpoConfig {
  return {
    ...DEFAULT_CONFIG,
    numAgents: agents,
    numEnvs: envs,
    numSteps: STEPS,
    hiddenSizes: [width, width],
    storage: storageBits === 16 ? 'f16' : 'f32',
    annealLr: false,
    totalTimesteps: 2 ** 48,
  };
}

function trainerOptions({ gpu, options }: BenchContext, one: Work): Promise<TrainerOptions> {
  const environment = findEnvironment('CartPole-v1');
  const plan = one.productBits === 16 ? LAYERED_ON_MATRIX_UNITS : undefined;
  return withTunedKernels({ gpu, environment, config: configOf(one), plan }, options.tune);
}

/** The measurements of one work, and a note about it, if any. */
interface Measured {
  readonly measurements: readonly Measurement[];
  readonly note?: string;
}

/** Only the reason if the device has not enough memory. */
async function measureWork(context: BenchContext, one: Work): Promise<Measured> {
  const { gpu, options } = context;
  const place = { workload: nameOf(one), subject: 'lockstep', at: { ...one } };
  const effort = effortOf(options);
  let trainer: Trainer | undefined;
  try {
    const trained = await trainerOptions(context, one);
    const { value, bytes } = await countBufferBytes(gpu, () => createTrainer(trained));
    trainer = value;
    const memory = bytes / 1024 / (one.agents * one.envs);
    const [training, ...host] = await measureLoop(gpu, trainer, place, effort);
    const halves = await measureHalves(gpu, trainer, place, effort);
    const room = measurement(place, 'memory', 'KiB/env', [memory]);
    const measurements = [training!, ...halves, ...host, room];
    if (trained.plan === undefined) return { measurements };
    return { measurements, note: `${place.workload}: ${describePlan(trained.plan)}.` };
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return { measurements: [], note: `skipped: ${place.workload}: ${error.message}` };
  } finally {
    trainer?.destroy();
  }
}

/** Two trainers in turns, and the ratio of their steps per second. */
interface Rivals {
  readonly first: Work;
  readonly second: Work;
  readonly ratio: string;
}

/**
 * A population and one agent with as many environments; each width and twice that width; f16 and
 * f32; matrix units and the usual kernels.
 */
function rivals({ gpu, options }: BenchContext): readonly Rivals[] {
  if (options.quick) return [];
  const widths = [64, ...WIDTHS];
  const all: Rivals[] = [
    { first: work(RIVALS, 64, 64), second: work(1, 64 * RIVALS, 64), ratio: 'against one agent' },
    ...widths.slice(1).map((width, index) => ({
      first: work(1, 1024, widths[index]!),
      second: work(1, 1024, width),
      ratio: 'against double width',
    })),
    ...(hasHalf(gpu)
      ? [
          {
            first: work(1, 1024, 64, { storageBits: 16 }),
            second: work(1, 1024, 64),
            ratio: 'against f32',
          },
        ]
      : []),
    ...(hasUnits(gpu) ? WIDTHS : []).map((width) => ({
      first: work(1, 1024, width, { productBits: 16 }),
      second: work(1, 1024, width),
      ratio: 'against the usual kernels',
    })),
  ];
  return all.filter(({ first, second }) =>
    [besideOf(first, second), besideOf(second, first)].some((name) => isAsked(options, name)),
  );
}

/** Short enough for a chart. */
function besideOf(one: Work, rival: Work): string {
  return `${nameOf(one)} beside ${differenceOf(one, rival)}`;
}

function differenceOf(one: Work, rival: Work): string {
  if (one.agents !== rival.agents) return agentsOf(rival);
  if (one.width !== rival.width) return `${rival.width}`;
  if (one.productBits !== rival.productBits)
    return rival.productBits === 16 ? 'matrix units' : 'the usual kernels';
  return `f${rival.storageBits}`;
}

async function measureRivals(
  context: BenchContext,
  { first, second, ratio }: Rivals,
): Promise<Measurement[]> {
  const { gpu, options, progress } = context;
  progress(`${nameOf(first)} beside ${nameOf(second)} …`);
  const trainers = [
    await createTrainer(await trainerOptions(context, first)),
    await createTrainer(await trainerOptions(context, second)),
  ];
  const loops = trainers.map((trainer) => new TrainingLoop(gpu, trainer));
  for (const loop of loops) await loop.iterate(2);
  const duel = await alternate(loops[0]!, loops[1]!, effortOf(options));
  for (const trainer of trainers) trainer.destroy();
  const place = (at: Work, rival: Work): MeasurementPlace => ({
    workload: besideOf(at, rival),
    subject: 'lockstep',
    at: { ...at },
  });
  const times = measurement(place(first, second), ratio, '×', duel.ratios);
  progress(`${formatSpread(times)} times as many steps/s`);
  return [
    measurement(place(first, second), 'training', 'steps/s', duel.first),
    times,
    measurement(place(second, first), 'training', 'steps/s', duel.second),
  ];
}

export const benchTraining: Bench = async (context) => {
  const { progress } = context;
  const measurements: Measurement[] = [];
  const notes = [...NOTES];
  for (const one of workloads(context)) {
    progress(`${nameOf(one)} …`);
    const { measurements: own, note } = await measureWork(context, one);
    measurements.push(...own);
    if (own[0]) progress(`${formatSpread(own[0])} steps/s`);
    if (note !== undefined) {
      notes.push(note);
      progress(note);
    }
  }
  for (const pair of rivals(context)) measurements.push(...(await measureRivals(context, pair)));
  return [{ title: TRAINING_TITLE, measurements, notes }];
};
