/**
 * An environment as data: a description and a WESL module, for built-in and other environments
 * alike.
 */
import type { ActionSpace } from '../action-space';
import type { PpoConfig } from '../config/ppo-config';
import type { ErrorPlace } from '../gpu/source-location';
import { copyTable, type DataTables } from './data-table';
import { definitionProblems } from './definition-check';
import { type Fields, isFields, show, showIs } from './described-value';
import type { Drawing, ShownStep } from './drawing';
import type { HostSteps } from './host-world';
import type { Params } from './param-range';
import type { StateFields } from './state-fields';

/** One number of the observation. */
export interface ObservationField {
  /** What it is, e.g. `pole angle`; unique among the fields. */
  readonly name: string;
  /** Smallest value, or -Infinity. For users and tests only; nothing is clipped to it. */
  readonly low: number;
  /** Largest value, not below `low`, or Infinity. */
  readonly high: number;
  /** Unit, e.g. `m/s`. */
  readonly unit?: string;
}

/**
 * An environment as data: a description, and the WESL module with its dynamics. `defineEnvironment`
 * checks it; `ENVIRONMENTS` lists the built-in ones. See also docs/environments.md.
 */
export interface EnvironmentDefinition {
  /** Name and version, e.g. `CartPole-v1`. */
  readonly id: string;
  /** Where the dynamics come from. */
  readonly source: string;
  /** O fields in the order that `observe` returns them. */
  readonly observation: readonly ObservationField[];
  /**
   * How `observe` returns the observation: as numbers, or as bits where each of them is 0 or 1,
   * which take a 32nd of the memory; default `f32`.
   */
  readonly observationFormat?: 'f32' | 'bits';
  /** What `step` accepts as an action. */
  readonly action: ActionSpace;
  /** Whether the module's `action_mask` says which choices a state allows; not for a box. */
  readonly actionMask?: boolean;
  /**
   * Players who move in turn, 1 or 2; default 1. With 2, `step` is a move of whoever it is to move,
   * who gets its reward and takes it from the other; `observe` and `action_mask` are for whoever
   * moves next. An agent plays against earlier policies of its own (`opponents`), and a step of a
   * run is its move with the reply.
   */
  readonly players?: 1 | 2;
  /** Steps after which an episode is truncated, an integer from 1 to 4294967295; null: never. */
  readonly maxEpisodeSteps: number | null;
  /** Mean return that counts as solved, in units of the reward. */
  readonly rewardThreshold?: number;
  /**
   * Numbers that the module imports from `constants`, each an f32: 0, or of magnitude 1.18e-38 to
   * 3.40e38. The names must be WGSL identifiers; they do not clash with other names in the kernels.
   * A range in place of a number is drawn from in each environment at every reset; it may change
   * over training, and `Trainer.setParams` changes it without compiling anything.
   */
  readonly params?: Params;
  /**
   * Read-only arrays by name, such as levels, a series of prices or the weights of a model. The
   * module imports from `tables` a function of the name, and its length, e.g. `PRICES(index)` and
   * `PRICES_LENGTH`.
   */
  readonly tables?: DataTables;
  /**
   * Names of what the module's function `metrics` measures where an episode ends; reports have the
   * means over the episodes as `world/<name>`.
   */
  readonly metrics?: readonly string[];
  /** Text of the WESL module; shaders/environments/interface.wesl lists what it must define. */
  readonly shader: string;
  /** File name for errors about the module; by default `<id>.wesl`. */
  readonly file?: string;
  /** How the environment steps on the host, where `defineHostEnvironment` has made it. */
  readonly host?: HostSteps;
  /** Tuned values for this environment, which override the general defaults. */
  readonly defaults?: Partial<PpoConfig>;
  /** Steps per second at which an episode is shown, above 0; default 30. */
  readonly stepsPerSecond?: number;
  /**
   * Draws a state; without it, the numbers of the observation are shown as bars. It must depend on
   * nothing but its arguments.
   * @param state the members of `struct State` by name
   * @param step the step that begins in this state
   */
  draw?(state: StateFields, step: ShownStep): Drawing;
}

/** An invalid or unknown environment. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  /** The place in the module that the message names, if it is about one. */
  declare readonly place: ErrorPlace | undefined;
  /** What is wrong with a description, a sentence for each problem; otherwise empty. */
  declare readonly problems: readonly string[];

  constructor(
    message: string,
    { place, problems = [], ...options }: ErrorOptions & Partial<ErrorDetails> = {},
  ) {
    super(message, options);
    // Where the error is printed, its message says them already.
    Object.defineProperties(this, { place: { value: place }, problems: { value: problems } });
  }
}

/** What an `EnvironmentError` may have besides its message. */
export interface ErrorDetails {
  /** The place in the module that the message names. */
  readonly place: ErrorPlace;
  /** Sentences about a description. */
  readonly problems: readonly string[];
}

/** What is wrong in a line of a module. */
export function errorInLine(file: string, line: number, sentence: string): EnvironmentError {
  return new EnvironmentError(`${file}:${line}: ${sentence}`, { place: { file, line, sentence } });
}

/** Frozen copies that passed the check. */
const checked = new WeakSet<object>();

/** A deeply frozen copy. */
function frozenCopy<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as T;
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, frozenCopy(field)]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}

/** The description with copies of its tables. */
function withOwnTables(definition: Fields): Fields {
  if (!isFields(definition.tables)) return definition;
  const tables = Object.entries(definition.tables as unknown as DataTables);
  const copies = tables.map(([name, table]) => [name, copyTable(table)]);
  return { ...definition, tables: Object.fromEntries(copies) };
}

/** Describes a value that is not a description at all. */
function describeStranger(value: unknown): string {
  if (typeof value === 'string') {
    return `is the text ${show(value)}; findEnvironment(${show(value)}) returns a built-in one`;
  }
  return value instanceof Promise ? 'is a Promise; await it' : showIs(value);
}

/**
 * Checks a description and returns a frozen copy; one that was checked before is returned
 * unchanged.
 * @throws EnvironmentError with every problem of the description.
 */
export function checkedEnvironment(definition: unknown): EnvironmentDefinition {
  if (!isFields(definition)) {
    throw new EnvironmentError(
      'environment must be a description made by defineEnvironment or returned by ' +
        `findEnvironment, but it ${describeStranger(definition)}`,
    );
  }
  if (checked.has(definition)) return definition as unknown as EnvironmentDefinition;
  const problems = definitionProblems(definition);
  if (problems.length > 0) {
    const name = typeof definition.id === 'string' ? definition.id : 'without an id';
    throw new EnvironmentError(`environment ${name}: ${problems.join('; ')}`, { problems });
  }
  const copy = frozenCopy(withOwnTables(definition)) as unknown as EnvironmentDefinition;
  checked.add(copy);
  return copy;
}

/**
 * Checks a description and returns a frozen copy of it.
 * @throws EnvironmentError with every problem of the description.
 */
export function defineEnvironment(definition: EnvironmentDefinition): EnvironmentDefinition {
  return checkedEnvironment(definition);
}

/** The file name for errors about an environment's module. */
export function environmentFile(definition: EnvironmentDefinition): string {
  return definition.file ?? `${definition.id}.wesl`;
}
