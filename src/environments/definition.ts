/** An environment as data: a description and a WESL module. Built-in ones are made the same way. */
import type { ActionSpace } from '../action-space';
import type { PpoConfig } from '../config';

/** One number of the observation. */
export interface ObservationField {
  /** What it is, e.g. `pole angle`. */
  readonly name: string;
  /** Smallest value, or -Infinity; for people and tests, nothing is clipped to it. */
  readonly low: number;
  /** Largest value, or Infinity. */
  readonly high: number;
  /** Unit, e.g. `m/s`. */
  readonly unit?: string;
}

/**
 * An environment as data: a description, and the WESL module with its dynamics. `defineEnvironment` checks
 * one; `ENVIRONMENTS` lists those that come with Lockstep.
 */
export interface EnvironmentDefinition {
  /** Name and version, e.g. `CartPole-v1`. */
  readonly id: string;
  /** Where the dynamics come from. */
  readonly source: string;
  /** O fields in the order that `observe` returns them. */
  readonly observation: readonly ObservationField[];
  /** What `step` accepts as an action. */
  readonly action: ActionSpace;
  /** Whether the module's `action_mask` says which choices a state allows; not for a box. */
  readonly actionMask?: boolean;
  /** Steps after which an episode is truncated, 1 to 2^32 - 1; null for never. */
  readonly maxEpisodeSteps: number | null;
  /** Mean return that counts as solved, in units of the reward. */
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

/** Steps of an episode are counted in 32 bits on the device. */
const MOST_EPISODE_STEPS = 2 ** 32 - 1;

const isPositive = (value: number): boolean => Number.isInteger(value) && value > 0;

function actionProblems(action: ActionSpace): string[] {
  switch (action.type) {
    case 'discrete':
      return isPositive(action.n) && action.n >= 2
        ? []
        : [`action.n must be an integer from 2, not ${action.n}`];
    case 'multi-discrete':
      return action.nvec.length > 0 && action.nvec.every(isPositive)
        ? []
        : ['action.nvec must list sizes'];
    case 'box':
      return boundProblems(action.low, action.high);
  }
}

function boundProblems(low: readonly number[], high: readonly number[]): string[] {
  if (low.length === 0 || low.length !== high.length) {
    return ['action.low and action.high must be as long'];
  }
  const bad = low.findIndex((bound, a) => !(bound < high[a]!));
  if (bad === -1) return [];
  return [`action.low[${bad}] = ${low[bad]} must be below action.high[${bad}] = ${high[bad]}`];
}

function problemsOf(definition: EnvironmentDefinition): string[] {
  const problems: string[] = [];
  const { id, observation, action, maxEpisodeSteps, shader } = definition;
  const require = (good: boolean, words: string): void => {
    if (!good) problems.push(words);
  };
  require(typeof id === 'string' && id.length > 0, 'id must be a name');
  require(observation.length > 0, 'observation must list at least one field');
  const limited = maxEpisodeSteps === null || isPositive(maxEpisodeSteps);
  require(limited, `maxEpisodeSteps must be null or a positive integer, not ${maxEpisodeSteps}`);
  require(!(
    (maxEpisodeSteps ?? 0) > MOST_EPISODE_STEPS
  ), `maxEpisodeSteps must be at most ${MOST_EPISODE_STEPS}, or null for no limit, not ${maxEpisodeSteps}`);
  require(shader.trim().length > 0, 'shader must be the text of a WESL module');
  problems.push(...actionProblems(action));
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
