/**
 * An environment with any number of choices, state variables and observed numbers, and its twin.
 */
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import type { Environment } from '../reference/environment';

const shader = (size: number): string => `import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  counts: array<f32, ${size}>,
}

fn reset(rng: ptr<function, Rng>) -> State {
  var state: State;
  state.counts[u32(random(rng) * ${size}.0)] = 1.0;
  return state;
}

// Pays for an index next to one chosen before; the second choice of an index ends the episode.
fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  let index = u32(action[0]);
  let before = *state;
  (*state).counts[index] += 1.0;
  let reward = before.counts[(index + 1u) % ${size}u] + 0.01 * action[0];
  return Step(reward, before.counts[index] > 0.0);
}

fn observe(state: State) -> Observation {
  var observation: Observation;
  for (var i = 0u; i < ${size}u; i++) {
    observation[i] = 0.5 * state.counts[i];
  }
  return observation;
}
`;

export function wide(size: number): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Wide-v0',
    source: 'made up for the tests',
    observation: Array.from({ length: size }, (_, i) => ({ name: `count ${i}`, low: 0, high: 5 })),
    action: { type: 'discrete', n: size },
    maxEpisodeSteps: 7,
    shader: shader(size),
  });
}

export function wideTwin(size: number): Environment<readonly number[]> {
  return {
    maxEpisodeSteps: 7,
    reset: (rng) => {
      const place = Math.floor(rng.random() * size);
      return Array.from({ length: size }, (_, i) => Number(i === place));
    },
    step: (state, [place]) => ({
      state: state.map((count, i) => count + Number(i === place)),
      reward: state[(place! + 1) % size]! + 0.01 * place!,
      terminated: state[place!]! > 0,
    }),
    observe: (state) => state.map((count) => 0.5 * count),
  };
}
