/** States as the device writes them, for twins: by the ids of the environments. */
import type { StateFields } from '../../src/environments/state-fields';
import {
  type ConnectFourState,
  connectFourFields,
  connectFourStateOf,
} from '../reference/connect-four';
import { snakeStateOf } from '../reference/snake';
import { tokenWriterStateOf } from '../reference/token-writer';
import { tradingStateOf } from '../reference/trading';
import { twentyFortyEightStateOf } from '../reference/twenty-forty-eight';
import { zombieSurvivalStateOf } from '../reference/zombie-survival';
import { inOrder, minatarFields } from './minatar-fields';
import { MINATAR_STATES } from './minatar-states';

export interface DeviceStates {
  /** The twin's state from the members of the struct. */
  readonly stateOf: (fields: StateFields) => unknown;
  /** Of 1, or of the expected value where that is larger; 0 where all numbers are integers. */
  readonly tolerance: number;
  /** Whether the task itself ends episodes, and not the clock alone; default true. */
  readonly terminates?: boolean;
  /**
   * What is compared instead of the twin's states, whose lists may be in another order: the members
   * of the struct for a state of the twin, and those of the device in the same order.
   */
  readonly members?: {
    readonly of: (state: unknown) => StateFields;
    readonly inOrder: (fields: StateFields) => StateFields;
  };
}

const minatar = Object.entries(MINATAR_STATES).map(([id, stateOf]): [string, DeviceStates] => [
  id,
  { stateOf, tolerance: 0, members: { of: (state) => minatarFields(id, state), inOrder } },
]);

export const DEVICE_STATES: Readonly<Record<string, DeviceStates>> = {
  'Snake-v0': { stateOf: snakeStateOf, tolerance: 0 },
  'Snake-20x20-v0': { stateOf: snakeStateOf, tolerance: 0 },
  '2048-v0': { stateOf: twentyFortyEightStateOf, tolerance: 0 },
  'ZombieSurvival-v0': { stateOf: zombieSurvivalStateOf, tolerance: 1e-5 },
  'Trading-v0': { stateOf: tradingStateOf, tolerance: 0, terminates: false },
  'TokenWriter-v0': { stateOf: tokenWriterStateOf, tolerance: 0 },
  'ConnectFour-v0': {
    ...{ stateOf: connectFourStateOf, tolerance: 0 },
    members: {
      of: (state) => connectFourFields(state as ConnectFourState),
      inOrder: (fields) => fields,
    },
  },
  ...Object.fromEntries(minatar),
};
