/** A small environment with data tables of every type: a walk along them. */
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';

export const PRICES = [0.1, -2.5, 3e-3, 20, 7];
export const VOLUMES = [0, 4294967295, 16777217];
export const SHIFTS = [-2147483648, -1, 0, 2147483647];

export const WALK = `import tables::{PRICES, PRICES_LENGTH, VOLUMES};
import package::distributions::interface::{Action, Mask};
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  place: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(floor(random(rng) * f32(PRICES_LENGTH)));
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).place += action[0];
  return Step(f32(tables::SHIFTS(u32((*state).place))) * 0x1p-31f, (*state).place > 4.0);
}

fn observe(state: State) -> Observation {
  let place = u32(state.place);
  return Observation(state.place, PRICES(place), f32(VOLUMES(place) % 1000u));
}

fn action_mask(state: State) -> Mask {
  // Only 1 and 2 are allowed where the price is negative.
  return Mask(PRICES(u32(state.place)) >= 0.0, true, true);
}
`;

export function walk(changes: Partial<EnvironmentDefinition> = {}): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Walk-v0',
    source: 'made up for the tests',
    observation: ['place', 'price', 'volume'].map((name) => ({ name, low: -10, high: 10 })),
    action: { type: 'discrete', n: 3 },
    actionMask: true,
    maxEpisodeSteps: 20,
    tables: {
      PRICES: { type: 'f32', values: PRICES },
      VOLUMES: { type: 'u32', values: new Uint32Array(VOLUMES) },
      SHIFTS: { type: 'i32', values: SHIFTS },
    },
    shader: WALK,
    file: 'my/walk.wesl',
    ...changes,
  });
}

/** The same with a param that varies, and with metrics. */
export function fullWalk(): EnvironmentDefinition {
  const shader = `import package::environments::interface::Metrics;
${WALK.replace('* 0x1p-31f', '* 0x1p-31f + constants::BONUS')}
fn metrics(state: State) -> Metrics {
  return Metrics(state.place, PRICES(u32(state.place)), constants::BONUS);
}
`;
  const params = { BONUS: { low: 1, high: [2, 3] } } as const;
  return walk({ shader, params, metrics: ['place', 'price', 'bonus'] });
}
