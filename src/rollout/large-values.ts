/** Which of a task's values are so large that its kernels keep them in memory (see gpu/spill). */
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import { profileOf } from '../gpu/profile';
import type { SpillOptions } from '../gpu/spill/program';

/** 32-bit words of an array from which on memory is quicker to compile for than registers are. */
const LEAST_WORDS = 256;
/** Of a State, which is copied from storage memory and back: a load and a store there cost more. */
const LEAST_STATE_WORDS = 64;

const OPTIONS: SpillOptions = { minWords: LEAST_WORDS, stored: { State: LEAST_STATE_WORDS } };

/** Sizes of a task's own arrays in 32-bit words. */
export interface TaskSizes {
  readonly observationSize: number;
  readonly actionSize: number;
  readonly distributionSize: number;
  readonly stateWords: number;
}

/** Whether a module may have variables of its own that are large; a look at its text is enough. */
function mayHaveArrays({ shader }: EnvironmentDefinition): boolean {
  return /\barray\b/.test(shader);
}

/**
 * What the task's kernels keep in memory; undefined where nothing is large, or the adapter's driver
 * takes care of it.
 */
export function largeValues(
  { adapter }: Gpu,
  environment: EnvironmentDefinition,
  { observationSize, actionSize, distributionSize, stateWords }: TaskSizes,
): SpillOptions | undefined {
  if (!profileOf(adapter).spillsLargeValues) return undefined;
  const isLarge =
    Math.max(observationSize, actionSize, distributionSize) >= LEAST_WORDS ||
    stateWords >= LEAST_STATE_WORDS;
  return isLarge || mayHaveArrays(environment) ? OPTIONS : undefined;
}

/**
 * The same for a kernel whose other arrays must stay in registers: the environment's State alone.
 */
export function largeState(spill: SpillOptions | undefined): SpillOptions | undefined {
  return spill && { ...spill, minWords: Number.POSITIVE_INFINITY };
}
