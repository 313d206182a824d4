/** Running moments as the device stores them: count, mean, squared deviations, then their rests. */
import type { Tensor } from '../../src/gpu/arena';
import type { Runtime } from '../../src/gpu/runtime';
import { RUNNING_MOMENTS_WORDS } from '../../src/kernels/running-moments';
import type { Moments } from '../reference/running-moments';
import { readFloats } from './run-dispatches';

/** The words of moments, each number as an f32 and its rest. */
export function packRunningMoments({ count, mean, m2 }: Moments): number[] {
  const values = [count, mean, m2].map(Math.fround);
  return [...values, ...[count, mean, m2].map((number, i) => number - values[i]!)];
}

/** Each number with its rest. */
export function unpackRunningMoments(words: readonly number[]): Moments[] {
  return Array.from({ length: words.length / RUNNING_MOMENTS_WORDS }, (_, i) => {
    const own = words.slice(RUNNING_MOMENTS_WORDS * i, RUNNING_MOMENTS_WORDS * (i + 1));
    const [count, mean, m2] = [0, 1, 2].map((index) => own[index]! + own[index + 3]!);
    return { count: count!, mean: mean!, m2: m2! };
  });
}

/** The moments of every agent and field, in order. */
export async function readRunningMoments(
  runtime: Pick<Runtime, 'gpu'>,
  tensor: Tensor,
): Promise<Moments[]> {
  return unpackRunningMoments(await readFloats(runtime, tensor));
}
