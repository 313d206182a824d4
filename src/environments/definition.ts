/** An environment as data: a description and a WESL module. Built-in ones are made the same way. */
import type { ActionSpace } from '../action-space';
import type { PpoConfig } from '../config/ppo-config';
import { definitionProblems } from './definition-check';
import { isFields, show, showIs } from './described-value';

/** One number of the observation. */
export interface ObservationField {
  /** What it is, e.g. `pole angle`; no other field has the same. */
  readonly name: string;
  /** Smallest value, or -Infinity; for people and tests, nothing is clipped to it. */
  readonly low: number;
  /** Largest value, not below `low`, or Infinity. */
  readonly high: number;
  /** Unit, e.g. `m/s`. */
  readonly unit?: string;
}

/**
 * An environment as data: a description, and the WESL module with its dynamics. `defineEnvironment` checks
 * one; `ENVIRONMENTS` lists those that come with Lockstep. docs/environments.md has more about both.
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
  /** Steps after which an episode is truncated, an integer from 1 to 4294967295; null for never. */
  readonly maxEpisodeSteps: number | null;
  /** Mean return that counts as solved, in units of the reward. */
  readonly rewardThreshold?: number;
  /**
   * Numbers that the module imports from `constants`, each an f32: 0, or from 1.18e-38 to 3.40e38 in size.
   * The names are identifiers of WGSL; they can be those of anything else in the kernels.
   */
  readonly params?: Readonly<Record<string, number>>;
  /** Text of the WESL module, which defines what shaders/environments/interface.wesl lists. */
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

/** Copies that passed the check; nothing can change them. */
const checked = new WeakSet<object>();

/** A copy whose lists and objects cannot be changed. */
function frozenCopy<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as T;
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, frozenCopy(field)]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}

/** What to say of a value that is no description at all. */
function describeStranger(value: unknown): string {
  if (typeof value === 'string') {
    return `is the text ${show(value)}; for one of the list, findEnvironment(${show(value)}) returns it`;
  }
  return value instanceof Promise ? 'is a Promise; await it' : showIs(value);
}

/**
 * Checks a description, whoever made it, and returns a frozen copy; one that passed before is returned as it is.
 * @throws EnvironmentError with all that is wrong in the description.
 */
export function checkedEnvironment(definition: unknown): EnvironmentDefinition {
  if (!isFields(definition)) {
    throw new EnvironmentError(
      'environment must be a description made by defineEnvironment or returned by findEnvironment, ' +
        `but it ${describeStranger(definition)}`,
    );
  }
  if (checked.has(definition)) return definition as unknown as EnvironmentDefinition;
  const problems = definitionProblems(definition);
  if (problems.length > 0) {
    const name = typeof definition.id === 'string' ? definition.id : 'without an id';
    throw new EnvironmentError(`environment ${name}: ${problems.join('; ')}`);
  }
  const copy = frozenCopy(definition) as unknown as EnvironmentDefinition;
  checked.add(copy);
  return copy;
}

/**
 * Checks a description and returns a copy of it that cannot be changed.
 * @throws EnvironmentError with all that is wrong in the description.
 */
export function defineEnvironment(definition: EnvironmentDefinition): EnvironmentDefinition {
  return checkedEnvironment(definition);
}

/** The file to name in errors about an environment's module. */
export function environmentFile(definition: EnvironmentDefinition): string {
  return definition.file ?? `${definition.id}.wesl`;
}
