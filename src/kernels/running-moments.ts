/** Running moments: those of all numbers in all batches so far. */
import { type Arena, elementCount, type Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { MERGE_LANES, MOMENTS_WORDS, type MomentsOptions, momentGroups, moments } from './moments';

/**
 * 32-bit words of a RunningMoments struct (shaders/lib/running-moments.wesl): count, mean, sum of
 * squared deviations, then for each of the three the remainder to its exact value.
 */
export const RUNNING_MOMENTS_WORDS = 6;
/** Count, mean, sum of squared deviations; each is the sum of several f32 of a record. */
const QUANTITIES = 3;

/** Scratch memory for the moments of one batch. */
export interface BatchMoments {
  /** [K][fields][groups][MOMENTS_WORDS] */
  readonly partials: Tensor;
  /** [K][fields][MOMENTS_WORDS] */
  readonly merged: Tensor;
}

/** @param elements numbers per field in one batch */
export function declareBatchMoments(
  arena: Arena,
  name: string,
  agents: number,
  fields: number,
  elements: number,
): BatchMoments {
  const groups = momentGroups(elements);
  return {
    partials: arena.declare(`${name} partial moments`, [agents, fields, groups, MOMENTS_WORDS]),
    merged: arena.declare(`${name} moments`, [agents, fields, MOMENTS_WORDS]),
  };
}

/**
 * Running moments [K][fields][RUNNING_MOMENTS_WORDS], initially zeros: the moments of no numbers.
 */
export function declareRunningMoments(
  arena: Arena,
  name: string,
  agents: number,
  fields: number,
): Tensor {
  return arena.declare(`running moments of ${name}`, [agents, fields, RUNNING_MOMENTS_WORDS]);
}

/** The location of a batch's numbers. */
export type BatchValues = Omit<MomentsOptions, 'partials' | 'merged' | 'slots' | 'slot'>;

/** Adds a batch to `running`, field by field; a field with a non-finite number is left out. */
export function updateRunningMoments(
  runtime: Runtime,
  values: BatchValues,
  batch: BatchMoments,
  running: Tensor,
): Dispatch[] {
  const slots = values.fields ?? 1;
  const records = elementCount(running.shape) / RUNNING_MOMENTS_WORDS;
  const accumulate = runtime.kernels
    .kernel({ shader: 'kernels/running-moments', constants: { MERGE_LANES } })
    .dispatch({
      shape: { records },
      tensors: { batch: read(batch.merged), running: write(running) },
      workgroups: [Math.ceil(records / MERGE_LANES), 1, 1],
    });
  return [...moments(runtime, { ...values, ...batch, slots, slot: 0 }), accumulate];
}

/**
 * Running statistics of several fields on the host; each array is [K][fields], agents outermost.
 */
export interface RunningStatistics {
  /** Count of numbers so far. */
  readonly count: Float64Array;
  /** Mean of all numbers so far; 0 before the first. */
  readonly mean: Float64Array;
  /** Population variance of all numbers so far; 0 before the first. */
  readonly variance: Float64Array;
}

/** @param words running moments, [K][fields][RUNNING_MOMENTS_WORDS] */
export function statisticsOf(words: Float32Array): RunningStatistics {
  const fields = Math.floor(words.length / RUNNING_MOMENTS_WORDS);
  const read = (quantity: number): Float64Array =>
    Float64Array.from({ length: fields }, (_, field) => {
      let sum = 0;
      for (let word = quantity; word < RUNNING_MOMENTS_WORDS; word += QUANTITIES) {
        sum += words[field * RUNNING_MOMENTS_WORDS + word]!;
      }
      return sum;
    });
  const [count, mean, squares] = [read(0), read(1), read(2)];
  const variance = squares.map((sum, field) => sum / Math.max(1, count[field]!));
  return { count, mean, variance };
}

/** The words that `statisticsOf` reads, [K][fields][RUNNING_MOMENTS_WORDS]. */
export function momentsOf({ count, mean, variance }: RunningStatistics): Float32Array {
  const words = new Float32Array(count.length * RUNNING_MOMENTS_WORDS);
  for (let field = 0; field < count.length; field++) {
    const values = [count[field]!, mean[field]!, variance[field]! * count[field]!];
    for (let word = 0; word < RUNNING_MOMENTS_WORDS; word++) {
      const place = field * RUNNING_MOMENTS_WORDS + word;
      words[place] = values[word % QUANTITIES]!;
      // The next word of the same quantity stores the rounding error of this one.
      values[word % QUANTITIES] = values[word % QUANTITIES]! - words[place]!;
    }
  }
  return words;
}
