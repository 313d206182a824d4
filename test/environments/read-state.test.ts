/** States that a device has written, read by their names. */
import { describe, expect, test } from 'vitest';
import { type EnvironmentDefinition, EnvironmentError } from '../../src/environments/definition';
import { ENVIRONMENTS } from '../../src/environments/index';
import { stateReader } from '../../src/environments/read-state';
import type { StateFields } from '../../src/environments/state-fields';
import { readTensor } from '../../src/gpu/readback';
import { TWINS } from '../reference/environments';
import { expectClose } from '../reference/expect-close';
import { openRuntime } from '../support/run-dispatches';
import { openWorld, playActions, readRollout, reset } from '../support/world';
import { DEVICE_STATES } from './device-states';
import { DRIFT, drift } from './drift';
import { randomActions } from './random-walk';

const ENVS = 5;
const STEPS = 13;

interface Seen {
  /** The states after the last step. */
  readonly states: readonly StateFields[];
  /** What `observe` shows of them. */
  readonly observations: readonly number[][];
}

/** States after random actions. */
async function walk(environment: EnvironmentDefinition): Promise<Seen> {
  const runtime = await openRuntime();
  const world = await openWorld(runtime, { environment, envs: ENVS, steps: STEPS, seed: 3 });
  await reset(world);
  const { actionSize } = world.task.distribution;
  await playActions(world, randomActions(environment.action, actionSize, STEPS, ENVS));
  const rows = (await readRollout(world)).observations[STEPS]!;
  const bytes = await readTensor(runtime.gpu, world.environments.states);
  const { stateWords } = world.task;
  const read = stateReader(environment, stateWords);
  runtime.arena.destroy();
  return {
    states: Array.from(
      { length: ENVS },
      (_, n) => read(new DataView(bytes, n * stateWords * 4, stateWords * 4)).state,
    ),
    observations: Array.from({ length: ENVS }, (_, n) => rows.map((row) => row[n]!)),
  };
}

test.each(ENVIRONMENTS.map((environment) => [environment.id, environment] as const))(
  'the states of %s show what it observes',
  async (id, environment) => {
    const { states, observations } = await walk(environment);
    expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(ENVS);
    for (const [n, state] of states.entries()) {
      const observed = TWINS[id]!.observe(DEVICE_STATES[id]!.stateOf(state));
      expectClose(observed, observations[n]!, 1e-6, 1);
    }
  },
);

test('structs, arrays, vectors and matrices keep their places and types', async () => {
  const struct = `const SIDE = 2;
alias Board = array<array<u32, 3>, SIDE>;
struct Part { push: vec3f, level: i32, @align(32) board: Board }
struct State { turn: mat2x3f, parts: array<Part, SIDE>, count: u32, place: f32 }`;
  const start = `fresh()`;
  const fresh = `fn fresh() -> State {
  var state: State;
  state.turn = mat2x3f(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
  state.parts[1].push = vec3f(7.0, 8.0, 9.5);
  state.parts[1].level = -10;
  state.parts[0].board[1] = array<u32, 3>(11u, 12u, 4000000000u);
  state.count = 4294967295u;
  state.place = -0.25;
  return state;
}
fn reset`;
  const shader = DRIFT.replace('struct State {\n  place: f32,\n}', struct)
    .replace('State(random(rng))', start)
    .replace('fn reset', fresh)
    .replace(/\(\*state\).place \+=.*\n/, '');
  const { states } = await walk(drift(shader));
  expect(states[ENVS - 1]).toEqual({
    turn: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    parts: [
      {
        push: [0, 0, 0],
        level: 0,
        board: [
          [0, 0, 0],
          [11, 12, 4000000000],
        ],
      },
      {
        push: [7, 8, 9.5],
        level: -10,
        board: [
          [0, 0, 0],
          [0, 0, 0],
        ],
      },
    ],
    count: 4294967295,
    place: -0.25,
  });
});

describe('a size that is not that of the device', () => {
  test('is refused with both sizes', () => {
    const read = (): unknown => stateReader(drift(), 3);
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(
      'my/drift.wesl: State has 12 bytes on the device, but its members take 4, so its states ' +
        'cannot be read',
    );
  });
});
