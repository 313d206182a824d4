/** An environment with masks, and its twin: three gates, of which the state opens some. */
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import type { Environment } from '../reference/environment';

const SHADER = `import package::distributions::interface::{Action, Mask};
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  // Number of open gates, from the first on; 0 opens all.
  open: f32,
  steps: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(floor(4.0 * random(rng)), 0.0);
}

// The reward differs between forbidden and allowed gates; the bell, a second choice, pays, too. The
// last gate ends the episode.
fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  let gate = action[0];
  let forbidden = (*state).open > 0.0 && gate >= (*state).open;
  let reward = select(0.5 * gate + 0.25 * action[1], -100.0, forbidden);
  *state = State(floor(4.0 * random(rng)), (*state).steps + 1.0);
  return Step(reward, gate == 2.0);
}

fn observe(state: State) -> Observation {
  return Observation(state.open / 3.0, state.steps / 4.0);
}

fn action_mask(state: State) -> Mask {
  return Mask(state.open > 0.0, state.open > 1.0, state.open > 2.0, true, state.steps > 1.0);
}
`;

/** Gate and bell: the bell may be rung from the third step on. */
export const turnstile: EnvironmentDefinition = defineEnvironment({
  id: 'Turnstile-v0',
  source: 'made up for the tests',
  observation: [
    { name: 'open gates', low: 0, high: 1 },
    { name: 'steps', low: 0, high: 1 },
  ],
  action: { type: 'multi-discrete', nvec: [3, 2] },
  actionMask: true,
  maxEpisodeSteps: 4,
  shader: SHADER,
});

interface TurnstileState {
  readonly open: number;
  readonly steps: number;
}

export const turnstileTwin: Environment<TurnstileState> = {
  maxEpisodeSteps: 4,
  reset: (rng) => ({ open: Math.floor(4 * rng.random()), steps: 0 }),
  step({ open, steps }, [gate, bell], rng) {
    const forbidden = open > 0 && gate! >= open;
    const reward = forbidden ? -100 : 0.5 * gate! + 0.25 * bell!;
    const state = { open: Math.floor(4 * rng.random()), steps: steps + 1 };
    return { state, reward, terminated: gate === 2 };
  },
  observe: ({ open, steps }) => [open / 3, steps / 4],
  actionMask: ({ open, steps }) => [open > 0, open > 1, open > 2, true, steps > 1],
};
