/** The measurements of one trainer: its running loop, and the device time of its two halves. */
import type { Gpu } from '../../src/gpu/device';
import type { Trainer } from '../../src/trainer/trainer';
import type { DuelOptions } from './alternate';
import { HostClock } from './observe-gpu';
import type { Options } from './options';
import { type Measurement, type MeasurementPlace, measurement } from './results';
import { sampleStages, sumOf, updateStages } from './stage-times';
import { TrainingLoop } from './training-loop';

/** Minimum length and number of blocks, with a limit for work whose iterations are longer. */
export interface Effort extends DuelOptions {
  /** Seconds after which no further block or profile begins. */
  readonly budget: number;
}

export function effortOf({ repeats, quick, seconds }: Options): Effort {
  const pairs = repeats ?? (quick ? 2 : 5);
  return { pairs, seconds, budget: 3 * pairs * seconds };
}

/** The running loop: steps per second, and the time of the host. */
export async function measureLoop(
  gpu: Gpu,
  trainer: Trainer,
  place: MeasurementPlace,
  { pairs, seconds, budget }: Effort,
): Promise<Measurement[]> {
  const loop = new TrainingLoop(gpu, trainer);
  await loop.iterate(2);
  const [rates, hosts, shares]: [number[], number[], number[]] = [[], [], []];
  const clock = new HostClock(gpu);
  const begin = performance.now();
  try {
    for (let turn = 0; turn < pairs; turn++) {
      const { value: block, milliseconds } = await clock.during(() => loop.run(seconds));
      rates.push(block.steps / block.seconds);
      const reported = block.hostMilliseconds;
      const host = Number.isNaN(reported) ? milliseconds : reported;
      hosts.push(host / block.iterations);
      shares.push(host / 10 / block.seconds);
      if (turn > 0 && performance.now() - begin > 1000 * budget) break;
    }
  } finally {
    clock.restore();
  }
  return [
    measurement(place, 'training', 'steps/s', rates),
    measurement(place, 'host', 'ms', hosts),
    measurement(place, 'host share', '%', shares),
  ];
}

/** Device time of the two halves of an iteration; nothing on an adapter without timestamps. */
export async function measureHalves(
  gpu: Gpu,
  trainer: Trainer,
  place: MeasurementPlace,
  { pairs, budget }: Effort,
): Promise<Measurement[]> {
  if (!gpu.hasTimestamps) return [];
  const samples = await sampleStages(trainer, pairs, budget);
  const { batch, agents } = trainer.run.sizes;
  const rate = (milliseconds: number): number => (1000 * batch * agents) / milliseconds;
  const updates = updateStages(trainer.run.stages.map(({ name }) => name));
  return [
    measurement(place, 'rollout only', 'steps/s', sumOf(samples, ['rollout']).map(rate)),
    measurement(place, 'update only', 'steps/s', sumOf(samples, updates).map(rate)),
  ];
}
