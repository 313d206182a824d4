/** The environments that come with Lockstep; one line each. */
import { nearestNames } from '../nearest-names';
import { cartpole } from './cartpole';
import { type EnvironmentDefinition, EnvironmentError } from './definition';

export const ENVIRONMENTS: readonly EnvironmentDefinition[] = [cartpole];

export { defineEnvironment, type EnvironmentDefinition, EnvironmentError } from './definition';

/**
 * The environment with this id.
 * @throws EnvironmentError naming the nearest ids.
 */
export function findEnvironment(id: string): EnvironmentDefinition {
  const found = ENVIRONMENTS.find((environment) => environment.id === id);
  if (found) return found;
  const ids = ENVIRONMENTS.map((environment) => environment.id);
  const nearest = nearestNames(id, ids, 3).join(', ');
  throw new EnvironmentError(
    `unknown environment "${id}": did you mean ${nearest}? (lockstep envs lists all)`,
  );
}
