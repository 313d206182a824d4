/** Which of a task's values are large enough to spill to memory (see gpu/spill). */
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import { profileOf } from '../gpu/profile';
import type { SpillOptions } from '../gpu/spill/program';

/** Size in 32-bit words from which an array compiles faster in memory than in registers. */
const MIN_WORDS = 256;
/** The same for a State, which is copied from storage memory and back at a higher cost per word. */
const MIN_STATE_WORDS = 64;

const OPTIONS: SpillOptions = { minWords: MIN_WORDS, stored: { State: MIN_STATE_WORDS } };

/** Sizes of a task's arrays in 32-bit words. */
export interface TaskSizes {
  readonly observationSize: number;
  readonly actionSize: number;
  readonly distributionSize: number;
  readonly stateWords: number;
}

/** Whether a module may declare large variables; a search of its text suffices. */
function mayHaveArrays({ shader }: EnvironmentDefinition): boolean {
  return /\barray\b/.test(shader);
}

/**
 * Which values the task's kernels spill; undefined if none is large or the driver spills them
 * itself.
 */
export function largeValues(
  { adapter }: Gpu,
  environment: EnvironmentDefinition,
  { observationSize, actionSize, distributionSize, stateWords }: TaskSizes,
): SpillOptions | undefined {
  if (!profileOf(adapter).spillsLargeValues) return undefined;
  const isLarge =
    Math.max(observationSize, actionSize, distributionSize) >= MIN_WORDS ||
    stateWords >= MIN_STATE_WORDS;
  return isLarge || mayHaveArrays(environment) ? OPTIONS : undefined;
}

/** The same for a kernel whose arrays must stay in registers, except the environment's State. */
export function largeState(spill: SpillOptions | undefined): SpillOptions | undefined {
  return spill && { ...spill, minWords: Number.POSITIVE_INFINITY };
}
