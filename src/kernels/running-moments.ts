/** Moments that go on from batch to batch: those of all numbers seen so far. */
import { type Arena, elementCount, type Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { MERGE_LANES, MOMENTS_WORDS, type MomentsOptions, momentGroups, moments } from './moments';

/**
 * 32-bit words of a RunningMoments struct (shaders/lib/running-moments.wesl): count, mean, sum of squared
 * deviations, then what each of the three is short of its exact value.
 */
export const RUNNING_MOMENTS_WORDS = 6;
/** Count, mean, sum of squared deviations; each is the sum of as many f32 as a record has of it. */
const QUANTITIES = 3;

/** Scratch memory for the moments of one batch. */
export interface BatchMoments {
  /** [K][fields][groups][MOMENTS_WORDS] */
  readonly partials: Tensor;
  /** [K][fields][MOMENTS_WORDS] */
  readonly merged: Tensor;
}

/** `elements` is how many numbers of a field one batch holds. */
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

/** Zeros, the moments of nothing, [K][fields][RUNNING_MOMENTS_WORDS]. */
export function declareRunningMoments(
  arena: Arena,
  name: string,
  agents: number,
  fields: number,
): Tensor {
  return arena.declare(`running moments of ${name}`, [agents, fields, RUNNING_MOMENTS_WORDS]);
}

/** Where the numbers of a batch lie. */
export type BatchValues = Omit<MomentsOptions, 'partials' | 'merged' | 'slots' | 'slot'>;

/** Adds a batch to `running`, field by field; a field that is not finite throughout is left out. */
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

/** Running statistics of several fields on the host; each array is [K][fields], agents outermost. */
export interface RunningStatistics {
  /** How many numbers were seen. */
  readonly count: Float64Array;
  /** Of all numbers seen; 0 before any. */
  readonly mean: Float64Array;
  /** Population variance; 0 before any number was seen. */
  readonly variance: Float64Array;
}

/** @param words of running moments, [K][fields][RUNNING_MOMENTS_WORDS] */
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
      // What a word cannot hold is left to the next one of its quantity.
      values[word % QUANTITIES] = values[word % QUANTITIES]! - words[place]!;
    }
  }
  return words;
}
