/** An environment with continuous actions whose reward and observation show the executed action. */
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import type { Environment } from '../reference/environment';

const SHADER = `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::Rng;

struct State {
  first: f32,
  second: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(1.0, 0.0);
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  *state = State(action[0], action[1]);
  return Step(action[0] + action[1], constants::ENDS > 0.0);
}

fn observe(state: State) -> Observation {
  return Observation(state.first, state.second);
}
`;

export interface Bounds {
  readonly low: readonly [number, number];
  readonly high: readonly [number, number];
}

/** With `ends`, every step ends an episode, and all observations are 1 and 0. */
export function echo({ low, high }: Bounds, ends = false): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Echo-v0',
    source: 'made up for the tests',
    observation: [
      { name: 'first', low: -100, high: 100 },
      { name: 'second', low: -100, high: 100 },
    ],
    action: { type: 'box', low, high },
    maxEpisodeSteps: 5,
    params: { ENDS: Number(ends) },
    shader: SHADER,
  });
}

export const echoTwin: Environment<readonly number[]> = {
  maxEpisodeSteps: 5,
  reset: () => [1, 0],
  step: (_, action) => ({
    state: action,
    reward: action[0]! + action[1]!,
    terminated: false,
  }),
  observe: (state) => [...state],
};
