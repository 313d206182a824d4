/** How close each stage comes to the limits of the adapter. */
import { DEFAULT_CONFIG } from '../src/config/defaults';
import { findEnvironment } from '../src/environments/index';
import { createTrainer } from '../src/trainer/create-trainer';
import type { Trainer } from '../src/trainer/trainer';
import { type Ceilings, measureCeilings } from './roofline/ceilings';
import { bindingLimit, type Limits, stageWork, workSizes } from './roofline/stage-work';
import type { Bench, BenchContext } from './support/bench';
import { type Measurement, measurement } from './support/results';
import { type StageSamples, sampleStages } from './support/stage-times';
import { spreadOf } from './support/statistics';
import { formatFigure } from './support/table';
import { withTunedKernels } from './support/tuned-kernels';

interface Size {
  readonly envs: number;
  readonly width: number;
}

const SIZES: readonly Size[] = [
  { envs: 1024, width: 64 },
  { envs: 4096, width: 64 },
  { envs: 1024, width: 256 },
];
const STEPS = 32;
export const ROOFLINE_TITLE = 'Roofline: CartPole-v1, 32 steps, 4 epochs × 4 minibatches';
const NOTES = [
  'Ceilings by the wall clock: multiply-adds on registers (12 chains, unrolled 32 times; 2 FLOP ' +
    'each), copies of buffers larger than the caches (bytes read and written), dispatches that ' +
    'depend on each other.',
  'Stages by timestamps, each in its own pass. FLOP are those of the matrix products, bytes ' +
    'those that must be read and written once; share: the shortest time that the binding ceiling ' +
    'allows, over the measured time.',
  'The ceiling of traffic is the faster of the two copies; cached data can exceed it.',
];

function ceilingMeasurements(ceilings: Ceilings): Measurement[] {
  const row = (subject: string, quantity: string, unit: string, samples: readonly number[]) =>
    measurement({ workload: 'ceiling', subject }, quantity, unit, samples);
  const scaled = (samples: readonly number[], factor: number) => samples.map((s) => s * factor);
  return [
    row('multiply-adds on registers', 'arithmetic', 'GFLOPS', scaled(ceilings.arithmetic, 1e-9)),
    row('kernel copying vec4f', 'traffic', 'GB/s', scaled(ceilings.kernelTraffic, 1e-9)),
    row('copyBufferToBuffer', 'traffic', 'GB/s', scaled(ceilings.copyTraffic, 1e-9)),
    row('dispatch in a shared pass', 'time', 'ms', scaled(ceilings.dispatch, 1e3)),
    row('dispatch in its own pass', 'time', 'ms', scaled(ceilings.passedDispatch, 1e3)),
  ];
}

function limitsOf({ arithmetic, kernelTraffic, copyTraffic, dispatch }: Ceilings): Limits {
  return {
    arithmetic: spreadOf(arithmetic).median,
    traffic: Math.max(spreadOf(kernelTraffic).median, spreadOf(copyTraffic).median),
    dispatch: spreadOf(dispatch).median,
  };
}

const workloadOf = ({ envs, width }: Size): string =>
  `${envs.toLocaleString('en-US')} environments, width ${width}`;

/** Dispatches per iteration by the stage's name. */
function dispatchesOf({ run: { stages } }: Trainer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name, dispatches } of stages) {
    counts.set(name, (counts.get(name) ?? 0) + dispatches.length);
  }
  return counts;
}

/** A row per stage: time, what it achieves, and its share of the ceiling that binds it. */
function stageMeasurements(
  size: Size,
  trainer: Trainer,
  samples: StageSamples,
  limits: Limits,
): Measurement[] {
  const { maxEpisodeSteps } = findEnvironment('CartPole-v1');
  const sizes = workSizes(trainer, maxEpisodeSteps, 1);
  const dispatches = dispatchesOf(trainer);
  return [...samples].flatMap(([name, milliseconds]) => {
    const work = stageWork(name, sizes);
    const at = { ...size };
    if (!work) {
      const place = { workload: workloadOf(size), subject: `${name} (not modelled)`, at };
      return [measurement(place, 'time', 'ms', milliseconds)];
    }
    const { seconds, bound } = bindingLimit(work, dispatches.get(name)!, limits);
    const place = { workload: workloadOf(size), subject: `${name} (${bound})`, at };
    const rate = (amount: number) => milliseconds.map((each) => amount / 1e6 / each);
    const share = milliseconds.map((each) => (1e5 * seconds) / each);
    return [
      measurement(place, 'time', 'ms', milliseconds),
      ...(work.flop > 0 ? [measurement(place, 'arithmetic', 'GFLOPS', rate(work.flop))] : []),
      measurement(place, 'traffic', 'GB/s', rate(work.bytes)),
      measurement(place, 'share of ceiling', '%', share),
    ];
  });
}

async function measureSize(
  { gpu, options }: BenchContext,
  size: Size,
  limits: Limits,
): Promise<Measurement[]> {
  const config = {
    ...DEFAULT_CONFIG,
    numEnvs: size.envs,
    numSteps: STEPS,
    hiddenSizes: [size.width, size.width],
  };
  const environment = findEnvironment('CartPole-v1');
  const trained = await withTunedKernels({ gpu, environment, config }, options.tune);
  const trainer = await createTrainer(trained);
  try {
    const samples = await sampleStages(trainer, options.repeats ?? (options.quick ? 2 : 5));
    return stageMeasurements(size, trainer, samples, limits);
  } finally {
    trainer.destroy();
  }
}

export const benchRoofline: Bench = async (context) => {
  const { gpu, options, progress } = context;
  progress('ceilings …');
  const ceilings = await measureCeilings(gpu, options.repeats ?? (options.quick ? 2 : 5));
  const measurements = ceilingMeasurements(ceilings);
  for (const { subject, median, unit } of measurements) {
    progress(`${subject}: ${formatFigure(median)} ${unit}`);
  }
  if (!gpu.hasTimestamps) {
    const notes = [...NOTES, `skipped: stages: ${gpu.adapter.name} has no timestamps`];
    return [{ title: ROOFLINE_TITLE, measurements, notes }];
  }
  for (const size of options.quick ? SIZES.slice(0, 1) : SIZES) {
    progress(`${workloadOf(size)} …`);
    measurements.push(...(await measureSize(context, size, limitsOf(ceilings))));
  }
  return [{ title: ROOFLINE_TITLE, measurements, notes: NOTES }];
};
