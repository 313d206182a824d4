/** An environment as data: a description and a WESL module. Built-in ones are made the same way. */
import type { ActionSpace } from '../action-space';
import type { PpoConfig } from '../config';

/** One number of the observation. */
export interface ObservationField {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Unit, e.g. `m/s`. */
  readonly unit?: string;
}

export interface EnvironmentDefinition {
  /** Name and version, e.g. `CartPole-v1`. */
  readonly id: string;
  /** Where the dynamics come from. */
  readonly source: string;
  /** O fields in the order that `observe` returns them. */
  readonly observation: readonly ObservationField[];
  readonly action: ActionSpace;
  /** Steps after which an episode is truncated; null for never. */
  readonly maxEpisodeSteps: number | null;
  /** Mean return that counts as solved. */
  readonly rewardThreshold?: number;
  /** Numbers that the module imports from `constants`. */
  readonly params?: Readonly<Record<string, number>>;
  /** Text of the WESL module (see shaders/environments/interface.wesl for what it defines). */
  readonly shader: string;
  /** File to name in errors about the module; by default `<id>.wesl`. */
  readonly file?: string;
  /** Tuned values for this environment, over the general defaults. */
  readonly defaults?: Partial<PpoConfig>;
}

/** An environment that cannot be used as it is described, or is not known. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

function problemsOf(definition: EnvironmentDefinition): string[] {
  const problems: string[] = [];
  const { id, observation, action, maxEpisodeSteps, shader } = definition;
  const require = (good: boolean, words: string): void => {
    if (!good) problems.push(words);
  };
  const positive = (value: number): boolean => Number.isInteger(value) && value > 0;
  require(typeof id === 'string' && id.length > 0, 'id must be a name');
  require(observation.length > 0, 'observation must list at least one field');
  require(maxEpisodeSteps === null ||
    positive(
      maxEpisodeSteps,
    ), `maxEpisodeSteps must be null or a positive integer, not ${maxEpisodeSteps}`);
  require(shader.trim().length > 0, 'shader must be the text of a WESL module');
  if (action.type === 'discrete') {
    require(action.n >= 2 &&
      positive(action.n), `action.n must be an integer from 2, not ${action.n}`);
  } else if (action.type === 'multi-discrete') {
    require(action.nvec.length > 0 && action.nvec.every(positive), 'action.nvec must list sizes');
  } else {
    const sizes = [action.low.length, action.high.length];
    require(sizes[0]! > 0 && sizes[0] === sizes[1], 'action.low and action.high must be as long');
  }
  return problems;
}

/**
 * Checks a description and returns it.
 * @throws EnvironmentError with all that is wrong in the description.
 */
export function defineEnvironment(definition: EnvironmentDefinition): EnvironmentDefinition {
  const problems = problemsOf(definition);
  if (problems.length > 0) {
    throw new EnvironmentError(`environment ${definition.id}: ${problems.join('; ')}`);
  }
  return definition;
}

/** The file to name in errors about an environment's module. */
export function environmentFile(definition: EnvironmentDefinition): string {
  return definition.file ?? `${definition.id}.wesl`;
}
