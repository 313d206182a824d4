/** What a twin of an environment is. Nothing in it is changed in place. */

import type { Vector } from './linear';
import type { Rng } from './rng';

export interface EnvironmentStep<State> {
  readonly state: State;
  readonly reward: number;
  /** The task ended. The time limit is the rollout's affair. */
  readonly terminated: boolean;
}

export interface Environment<State> {
  /** Steps after which an episode is truncated. */
  readonly maxEpisodeSteps: number;
  reset(rng: Rng): State;
  step(state: State, action: Vector, rng: Rng): EnvironmentStep<State>;
  /** [O] */
  observe(state: State): number[];
  /** Which choices a state allows, [D]; without it all are. */
  actionMask?(state: State): boolean[];
}
