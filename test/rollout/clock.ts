/** An environment whose actions decide the endings: 1 ends the task, 0 leaves it to the clock. */
import { defineEnvironment } from '../../src/environments/definition';

const SHADER = `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  // An integer from 0 to 1023, drawn at the reset.
  name: f32,
  steps: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(floor(1024.0 * random(rng)), 0.0);
}

// The reward is the number of steps so far: an episode of L steps returns L (L + 1) / 2.
fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).steps += 1.0;
  return Step((*state).steps, action[0] == 1.0);
}

fn observe(state: State) -> Observation {
  return Observation(state.name, state.steps);
}
`;

export const LIMIT = 3;

export const clock = defineEnvironment({
  id: 'Clock-v0',
  source: 'made up for the tests',
  observation: [
    { name: 'name', low: 0, high: 1023 },
    { name: 'steps', low: 0, high: LIMIT },
  ],
  action: { type: 'discrete', n: 2 },
  maxEpisodeSteps: LIMIT,
  shader: SHADER,
});

/** T = 7 steps of three environments, [T][N]. */
export const ACTIONS: readonly (readonly number[])[] = [
  [0, 0, 1],
  [0, 1, 0],
  [0, 0, 0],
  [0, 0, 0],
  [0, 1, 0],
  [0, 0, 0],
  [0, 0, 0],
];

/**
 * By hand: 0 continues, 1 the task ended, 2 + slot the clock did. Environment 1 reaches the limit
 * at step 4, where its task ends too: this is not a truncation.
 */
export const ENDINGS: readonly (readonly number[])[] = [
  [0, 0, 1],
  [0, 1, 0],
  [2, 0, 0],
  [0, 0, 2],
  [0, 1, 0],
  [3, 0, 0],
  [0, 0, 3],
];

/** The same actions again: environment 0 has a running episode of 1 step, environment 1 of 2. */
export const NEXT_ENDINGS: readonly (readonly number[])[] = [
  [0, 2, 1],
  [2, 1, 0],
  [0, 0, 0],
  [0, 0, 2],
  [3, 1, 0],
  [0, 0, 0],
  [0, 0, 3],
];
