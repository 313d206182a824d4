/** What a row of the table of config fields holds. */
import type { PpoConfig } from './ppo-config';

/** Type of a field's value, which also decides how a command-line flag for it is read. */
export type FieldType = 'integer' | 'number' | 'boolean' | 'choice' | 'widths';

/** The groups of fields, with the heading that each has in `--help` and the documentation. */
export const CONFIG_GROUPS = {
  run: 'Run',
  rollout: 'Rollout',
  advantages: 'Advantages',
  objective: 'Objective',
  optimizer: 'Optimizer',
  network: 'Network',
  distribution: 'Distribution of actions',
  normalizers: 'Normalizers',
  guards: 'Guards',
} as const;
/** Name of a group of fields, one of `CONFIG_GROUPS`. */
export type ConfigGroup = keyof typeof CONFIG_GROUPS;

/** Description of one config field, from which a form or a command line can be made. */
export interface ConfigField<Key extends keyof PpoConfig = keyof PpoConfig> {
  /** The group that lists it. */
  readonly group: ConfigGroup;
  /** Type of a single value. */
  readonly type: FieldType;
  /** The general default, which an environment's own may replace. */
  readonly default: PpoConfig[Key];
  /** Smallest value (for `widths`, of each width); unbounded if absent. */
  readonly min?: number;
  /** Largest value (for `widths`, of each width); unbounded if absent. */
  readonly max?: number;
  /** Whether `min` itself is excluded; default false. */
  readonly exclusiveMin?: boolean;
  /** Whether 0 is allowed in addition to the range; default false. */
  readonly orZero?: boolean;
  /** The allowed values of a `choice`. */
  readonly choices?: readonly (string | boolean)[];
  /** Whether a list with one value per agent is accepted too; default false. */
  readonly perAgent?: boolean;
  /** One sentence for `--help` and the documentation. */
  readonly description: string;
  /** Where the field comes from: a paper and its equation, a flag of CleanRL, a detail. */
  readonly source: string;
  /** One sentence about a common mistake with the field. */
  readonly pitfall: string;
}
