/** One step of environments that live beside training, read when it is asked for. */
import type { Look } from './look';
import type { LiveState } from './played-step';

/** One step of all environments, as `Trainer.live` yields it. */
export interface LiveStep {
  /** How many there are. */
  readonly environments: number;
  /**
   * The state of an environment, and the step that begins in it; where that step ends the episode,
   * the next state is the first of another one.
   * @param environment 0 to `environments` - 1
   * @throws RangeError for another number.
   */
  at(environment: number): LiveState;
}

/** Step `step` of a look. */
export function liveStep(look: Look, step: number, environments: number): LiveStep {
  const at = (environment: number): LiveState => {
    if (Number.isInteger(environment) && environment >= 0 && environment < environments) {
      return look.shown(environment, step);
    }
    const last = environments - 1;
    throw new RangeError(`environment is ${environment}; it must be an integer from 0 to ${last}`);
  };
  return { environments, at };
}
