/** States as the device writes them, for twins: by the ids of the environments. */
import type { StateFields } from '../../src/environments/state-fields';
import { snakeStateOf } from '../reference/snake';
import { twentyFortyEightStateOf } from '../reference/twenty-forty-eight';
import { zombieSurvivalStateOf } from '../reference/zombie-survival';
import { CLASSIC_STATES } from './classic-states';
import { landerFields, landerStateOf } from './lander-state';
import { inOrder, minatarFields } from './minatar-fields';
import { MINATAR_STATES } from './minatar-states';

export interface DeviceStates {
  /** The twin's state from the members of the struct. */
  readonly stateOf: (fields: StateFields) => unknown;
  /** Of 1, or of the expected value where that is larger; 0 where all numbers are integers. */
  readonly tolerance: number;
  /** Of a reward, likewise; by default 0. */
  readonly rewardTolerance?: number;
  /**
   * The largest share of steps of the long walk that may differ by more than so many tolerances; by
   * default no step by more than one.
   */
  readonly exceptions?: readonly { readonly tolerances: number; readonly share: number }[];
  /** Whether the task itself never ends, and whether every step has the same reward. */
  readonly endless?: boolean;
  readonly oneReward?: boolean;
  /** Whether the twin takes so long that the long walk asks it only once for each step. */
  readonly slow?: boolean;
  /**
   * What is compared instead of the twin's states, whose lists may be in another order: the members
   * of the struct for a state of the twin, and those of the device in the same order.
   */
  readonly members?: {
    readonly of: (state: never) => StateFields;
    readonly inOrder: (fields: StateFields) => StateFields;
  };
}

const minatar = Object.entries(MINATAR_STATES).map(([id, stateOf]): [string, DeviceStates] => [
  id,
  { stateOf, tolerance: 0, members: { of: (state) => minatarFields(id, state), inOrder } },
]);

/**
 * Where a lander touches the ground, rounding grows:
 *   up to about 20 tolerances, since the impulses that stop a hull of 5 kg go through a leg of
 *   70 g, whose spin shows the last place of an f32;
 *   up to 849 in an impact, whose corrections end at a depth of 7.5 mm: the first one goes from
 *   15 mm to just there, so that rounding decides whether a second one follows;
 *   up to 243 where a leg lies on the corner between two edges, since its points are then hardly
 *   apart, and share the load in many ways.
 */
const lander: DeviceStates = {
  stateOf: landerStateOf,
  tolerance: 1e-5,
  rewardTolerance: 1e-3,
  exceptions: [
    { tolerances: 1, share: 1e-3 },
    { tolerances: 10, share: 2e-4 },
    { tolerances: 1000, share: 0 },
  ],
  slow: true,
  members: { of: landerFields, inOrder: (fields) => fields },
};

export const DEVICE_STATES: Readonly<Record<string, DeviceStates>> = {
  'Snake-v0': { stateOf: snakeStateOf, tolerance: 0 },
  'Snake-20x20-v0': { stateOf: snakeStateOf, tolerance: 0 },
  '2048-v0': { stateOf: twentyFortyEightStateOf, tolerance: 0 },
  'ZombieSurvival-v0': { stateOf: zombieSurvivalStateOf, tolerance: 1e-5 },
  ...CLASSIC_STATES,
  ...Object.fromEntries(minatar),
  'LunarLander-v3': lander,
  'LunarLanderContinuous-v3': lander,
};
