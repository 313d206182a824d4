/** Environments whose functions do not always end, which no compiler can detect. */

/** A number that never becomes 0, whatever its initial value. */
const SPIN = `
fn spin(seed: f32) -> f32 {
  var x = bitcast<u32>(seed) | 1u;
  while (x != 0u) {
    x = (x * 3u + 2u) | 1u;
  }
  return f32(x);
}
`;

/**
 * The text of a module.
 * @param reset expression for the first number of a state, in which `random(rng)` draws one
 * @param step statements that end with a Step, in which `(*state).t` is that number
 */
export function loopingModule(reset: string, step: string): string {
  return `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State { t: f32 }
${SPIN}
fn reset(rng: ptr<function, Rng>) -> State {
  return State(${reset});
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).t += 1.0;
  ${step}
}

fn observe(state: State) -> Observation {
  return Observation(1.0);
}
`;
}
