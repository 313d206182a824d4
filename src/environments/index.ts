/** The environments that come with Lockstep. */
import { nearestNames } from '../config/nearest-names';
import { acrobot } from './acrobot';
import { cartpole } from './cartpole';
import { type EnvironmentDefinition, EnvironmentError } from './definition';
import { mountainCar } from './mountain-car';
import { mountainCarContinuous } from './mountain-car-continuous';
import { pendulum } from './pendulum';

/** The environments that come with Lockstep, in the order of `lockstep envs`. */
export const ENVIRONMENTS: readonly EnvironmentDefinition[] = [
  cartpole,
  acrobot,
  mountainCar,
  mountainCarContinuous,
  pendulum,
];

export type { ActionSpace } from '../action-space';
export {
  defineEnvironment,
  type EnvironmentDefinition,
  EnvironmentError,
  type ObservationField,
} from './definition';

/**
 * The environment with this id; upper and lower case count as the same.
 * @throws EnvironmentError naming the nearest ids.
 */
export function findEnvironment(id: string): EnvironmentDefinition {
  const wanted = id.toLowerCase();
  const found = ENVIRONMENTS.find((environment) => environment.id.toLowerCase() === wanted);
  if (found) return found;
  const ids = ENVIRONMENTS.map((environment) => environment.id);
  const nearest = nearestNames(id, ids, 3).join(', ');
  throw new EnvironmentError(
    `unknown environment "${id}": did you mean ${nearest}? (lockstep envs lists all)`,
  );
}
