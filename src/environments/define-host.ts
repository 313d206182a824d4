/** Environments that step on the host, described in JavaScript alone. */
import shader from '../../shaders/rollout/host-environment.wesl';
import { checkedEnvironment, type EnvironmentDefinition, EnvironmentError } from './definition';
import { isFields, showIs } from './described-value';
import type { HostSteps, HostWorld, HostWorldOptions } from './host-world';

/**
 * An environment whose steps are JavaScript: the fields of an `EnvironmentDefinition` without those
 * of the module, and a function that makes batches of environments. See docs/host-worlds.md.
 */
export interface HostEnvironmentDefinition
  extends Omit<
      EnvironmentDefinition,
      'shader' | 'file' | 'params' | 'tables' | 'metrics' | 'observationFormat' | 'host'
    >,
    Omit<HostSteps, 'create'> {
  /**
   * Makes N environments that step together: once for every agent, and again for every evaluation.
   */
  create(options: HostWorldOptions): HostWorld | Promise<HostWorld>;
}

/** Fields that only an environment with a module has. */
const MODULE_FIELDS = [
  ...(['shader', 'file', 'params', 'tables', 'metrics', 'observationFormat', 'host'] as const),
];

/** The part of an id that an error can name. */
const nameOf = (id: unknown): string => (typeof id === 'string' ? id : 'without an id');

/**
 * Checks the description of an environment that steps on the host, and returns an environment that
 * `createTrainer` and everything else takes. What it draws with is the observation: the `state` of
 * `draw` has its numbers by name.
 * @throws EnvironmentError with every problem of the description.
 */
export function defineHostEnvironment(
  definition: HostEnvironmentDefinition,
): EnvironmentDefinition {
  if (!isFields(definition)) {
    throw new EnvironmentError(
      `environment must be an object with the function create, but it ${showIs(definition)}`,
    );
  }
  const { create, truncates, stepTimeout, ...rest } = definition as HostEnvironmentDefinition;
  if (typeof create !== 'function') {
    throw new EnvironmentError(
      `environment ${nameOf(rest.id)}: create must be a function that makes N environments, but ` +
        `it ${showIs(create)}`,
    );
  }
  for (const key of MODULE_FIELDS) {
    if (!(key in rest)) continue;
    throw new EnvironmentError(
      `environment ${nameOf(rest.id)}: ${key} belongs to an environment with a module; one with ` +
        'create has none',
    );
  }
  return checkedEnvironment({ ...rest, shader, host: { create, truncates, stepTimeout } });
}
