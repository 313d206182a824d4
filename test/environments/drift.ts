/** A small environment from outside the lists: a particle that drifts until it leaves the strip. */
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';

export const DRIFT = `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  place: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(random(rng));
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).place += action[0] - 0.5;
  return Step(1.0, abs((*state).place) > 3.0);
}

fn observe(state: State) -> Observation {
  return Observation(state.place);
}
`;

/** The description around a text; errors name `my/drift.wesl`. */
export function drift(
  shader: string = DRIFT,
  changes: Partial<EnvironmentDefinition> = {},
): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Drift-v0',
    source: 'made up for the tests',
    observation: [{ name: 'place', low: -4, high: 4 }],
    action: { type: 'discrete', n: 2 },
    maxEpisodeSteps: 20,
    shader,
    file: 'my/drift.wesl',
    ...changes,
  });
}
