/**
 * The built-in environments.
 * @module lockstep-ppo/environments
 */
import { nearestNames } from '../config/nearest-names';
import { acrobot } from './acrobot';
import { cartpole } from './cartpole';
import { connectFour } from './connect-four';
import { type EnvironmentDefinition, EnvironmentError } from './definition';
import { lunarLander, lunarLanderContinuous } from './lunar-lander';
import { minatarAsterix } from './minatar-asterix';
import { minatarBreakout } from './minatar-breakout';
import { minatarFreeway } from './minatar-freeway';
import { minatarSeaquest } from './minatar-seaquest';
import { minatarSpaceInvaders } from './minatar-space-invaders';
import { mountainCar } from './mountain-car';
import { mountainCarContinuous } from './mountain-car-continuous';
import { pendulum } from './pendulum';
import { largeSnake, snake } from './snake';
import { tokenWriter } from './token-writer';
import { trading } from './trading';
import { twentyFortyEight } from './twenty-forty-eight';
import { zombieSurvival } from './zombie-survival';

/** The built-in environments, in the order of `lockstep envs`. */
export const ENVIRONMENTS: readonly EnvironmentDefinition[] = [
  cartpole,
  acrobot,
  mountainCar,
  mountainCarContinuous,
  pendulum,
  minatarBreakout,
  minatarAsterix,
  minatarFreeway,
  minatarSpaceInvaders,
  minatarSeaquest,
  lunarLander,
  lunarLanderContinuous,
  snake,
  largeSnake,
  twentyFortyEight,
  zombieSurvival,
  trading,
  tokenWriter,
  connectFour,
];

export type { ActionSpace } from '../action-space';
export type { DataTable, DataTables, TableType } from './data-table';
export {
  defineEnvironment,
  type EnvironmentDefinition,
  EnvironmentError,
  type ObservationField,
} from './definition';
export type { Param, ParamRange, Params } from './param-range';

/**
 * The built-in environment with this id, in any case.
 * @throws EnvironmentError naming the nearest ids.
 */
export function findEnvironment(id: string): EnvironmentDefinition {
  const wanted = id.toLowerCase();
  const found = ENVIRONMENTS.find((environment) => environment.id.toLowerCase() === wanted);
  if (found) return found;
  const ids = ENVIRONMENTS.map((environment) => environment.id);
  const nearest = nearestNames(id, ids, 3).join(', ');
  const own = /[/\\]|\.\w+$/.test(id)
    ? '; one of your own is a module: lockstep train ./module.mjs'
    : '';
  throw new EnvironmentError(
    `unknown environment "${id}": did you mean ${nearest}? (lockstep envs lists all${own})`,
  );
}
