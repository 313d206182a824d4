/** Times device work by the wall clock, repeated within one submission for long enough. */
import type { Gpu } from '../../src/gpu/device';

/** Encodes the work `units` times. */
export type Encode = (encoder: GPUCommandEncoder, units: number) => void;

/** Length of a submission: far above the granularity of waiting (1 ms), below watchdog limits. */
const TARGET_SECONDS = 0.2;
const MAX_UNITS = 20_000;

async function secondsOf(gpu: Gpu, encode: Encode, units: number): Promise<number> {
  const encoder = gpu.device.createCommandEncoder();
  encode(encoder, units);
  const commands = encoder.finish();
  await gpu.idle();
  const begin = performance.now();
  gpu.device.queue.submit([commands]);
  await gpu.idle();
  return (performance.now() - begin) / 1000;
}

/**
 * Seconds per unit, `repeats` times; drivers compile at the first submission, so that one is not
 * counted.
 */
export async function secondsPerUnit(
  gpu: Gpu,
  encode: Encode,
  repeats: number,
): Promise<readonly number[]> {
  await secondsOf(gpu, encode, 1);
  let units = 1;
  for (;;) {
    const seconds = await secondsOf(gpu, encode, units);
    if (seconds >= TARGET_SECONDS / 2 || units === MAX_UNITS) break;
    const factor = Math.min(16, Math.max(2, TARGET_SECONDS / seconds));
    units = Math.min(MAX_UNITS, Math.ceil(units * factor));
  }
  const samples: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    samples.push((await secondsOf(gpu, encode, units)) / units);
  }
  return samples;
}
