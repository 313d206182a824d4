/** A small world of two players: one heap, of which each takes one to three; the last one wins. */
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import type { Environment } from '../reference/environment';

/** A game begins with 3 to 9 in the heap, so that its first move may already win. */
export const NIM = `import package::distributions::interface::{Action, Mask};
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random_below};

struct State {
  heap: u32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(3u + random_below(rng, 7u));
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).heap -= min((*state).heap, 1u + u32(action[0]));
  return Step(select(0.0, 1.0, (*state).heap == 0u), (*state).heap == 0u);
}

fn observe(state: State) -> Observation {
  return Observation(f32(state.heap & 3u) / 4.0, f32(state.heap) / 9.0);
}

fn action_mask(state: State) -> Mask {
  return Mask(state.heap >= 1u, state.heap >= 2u, state.heap >= 3u);
}
`;

export function nim(changes: Partial<EnvironmentDefinition> = {}): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Nim-v0',
    source: 'made up for the tests',
    observation: [
      { name: 'remainder', low: 0, high: 1 },
      { name: 'heap', low: 0, high: 1 },
    ],
    action: { type: 'discrete', n: 3 },
    actionMask: true,
    players: 2,
    maxEpisodeSteps: null,
    shader: NIM,
    ...changes,
  });
}

export interface NimState {
  readonly heap: number;
}

export const nimTwin: Environment<NimState> = {
  maxEpisodeSteps: Number.POSITIVE_INFINITY,
  reset: (rng) => ({ heap: 3 + Math.floor(rng.random() * 7) }),
  step: ({ heap }, [choice]) => {
    const left = Math.max(0, heap - 1 - choice!);
    return { state: { heap: left }, reward: left === 0 ? 1 : 0, terminated: left === 0 };
  },
  observe: ({ heap }) => [(heap & 3) / 4, heap / 9],
  actionMask: ({ heap }) => [heap >= 1, heap >= 2, heap >= 3],
};
