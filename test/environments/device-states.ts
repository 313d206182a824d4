/** States as the device writes them, for twins: by the ids of the environments. */
import type { StateFields } from '../../src/environments/state-fields';
import { snakeStateOf } from '../reference/snake';
import { twentyFortyEightStateOf } from '../reference/twenty-forty-eight';
import { zombieSurvivalStateOf } from '../reference/zombie-survival';

export interface DeviceStates {
  /** The twin's state from the members of the struct. */
  readonly stateOf: (fields: StateFields) => unknown;
  /** Of 1, or of the expected value where that is larger; 0 where all numbers are integers. */
  readonly tolerance: number;
}

export const DEVICE_STATES: Readonly<Record<string, DeviceStates>> = {
  'Snake-v0': { stateOf: snakeStateOf, tolerance: 0 },
  'Snake-20x20-v0': { stateOf: snakeStateOf, tolerance: 0 },
  '2048-v0': { stateOf: twentyFortyEightStateOf, tolerance: 0 },
  'ZombieSurvival-v0': { stateOf: zombieSurvivalStateOf, tolerance: 1e-5 },
};
