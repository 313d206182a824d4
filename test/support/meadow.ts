/**
 * A grid world whose observation is kept as bits or as numbers, the same in all else: a hare looks
 * for a burrow on a meadow.
 */
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import type { StateFields } from '../../src/environments/state-fields';

const WIDTH = 7;
const HEIGHT = 6;
const CELLS = WIDTH * HEIGHT;
/** The cells of the hare and of the burrow, then whether the hare is tired: no multiple of 32. */
export const MEADOW_SIZE = 2 * CELLS + 1;

const OBSERVE = {
  bits: `fn show(observation: ptr<function, Observation>, i: u32) {
  (*observation)[i / 32u] |= 1u << (i % 32u);
}`,
  f32: `fn show(observation: ptr<function, Observation>, i: u32) {
  (*observation)[i] = 1.0;
}`,
} as const;

const MASK = `
// Not against the fence.
fn action_mask(state: State) -> Mask {
  let x = state.hare % WIDTH;
  let y = state.hare / WIDTH;
  return Mask(x > 0u, x + 1u < WIDTH, y > 0u, y + 1u < HEIGHT);
}
`;

const shader = (format: 'bits' | 'f32', masked: boolean): string => `
import package::distributions::interface::{Action, Mask};
import package::environments::interface::{Observation, OBSERVATION_SIZE, Step};
import package::lib::rng::{Rng, random, random4};

const WIDTH = ${WIDTH}u;
const HEIGHT = ${HEIGHT}u;
const CELLS = WIDTH * HEIGHT;

struct State {
  hare: u32,
  burrow: u32,
  tired: u32,
}

fn cell(u: f32) -> u32 {
  return min(u32(u * f32(CELLS)), CELLS - 1u);
}

fn reset(rng: ptr<function, Rng>) -> State {
  let u = random4(rng);
  return State(cell(u.x), cell(u.y), 0u);
}

// Wind turns every eighth step; the burrow ends the episode.
fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  let turned = u32(random(rng) < 0.125);
  let way = (u32(action[0]) + turned) % 4u;
  var x = (*state).hare % WIDTH;
  var y = (*state).hare / WIDTH;
  x = select(x, max(x, 1u) - 1u, way == 0u);
  x = select(x, min(x + 1u, WIDTH - 1u), way == 1u);
  y = select(y, max(y, 1u) - 1u, way == 2u);
  y = select(y, min(y + 1u, HEIGHT - 1u), way == 3u);
  (*state).hare = y * WIDTH + x;
  (*state).tired = turned;
  let found = (*state).hare == (*state).burrow;
  return Step(select(-0.0625, 1.0, found), found);
}

${OBSERVE[format]}

fn observe(state: State) -> Observation {
  var observation: Observation;
  show(&observation, state.hare);
  show(&observation, CELLS + state.burrow);
  if (state.tired == 1u) {
    show(&observation, OBSERVATION_SIZE - 1u);
  }
  return observation;
}
${masked ? MASK : ''}`;

export function meadow(
  observationFormat: 'bits' | 'f32',
  changes: Partial<EnvironmentDefinition> = {},
): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Meadow-v0',
    source: 'made up for the tests',
    observation: Array.from({ length: MEADOW_SIZE }, (_, i) => ({ name: `${i}`, low: 0, high: 1 })),
    observationFormat,
    action: { type: 'discrete', n: 4, names: ['left', 'right', 'down', 'up'] },
    maxEpisodeSteps: 9,
    shader: shader(observationFormat, changes.actionMask ?? false),
    ...changes,
  });
}

/** What a state shows, by the rules above. */
export function shownBy({ hare, burrow, tired }: StateFields): number[] {
  const ones = [hare, CELLS + (burrow as number), ...(tired === 1 ? [MEADOW_SIZE - 1] : [])];
  return Array.from({ length: MEADOW_SIZE }, (_, i) => Number(ones.includes(i)));
}
