import { expect, test, vi } from 'vitest';
import { createTask } from '../../src/rollout/task';
import { DRIFT, drift } from '../environments/drift';
import { openTestGpu } from '../support/gpu';

const gpu = await openTestGpu();

/** The module with additional members in its State, which nothing reads or writes. */
function withMembers(members: string): string {
  const functions = DRIFT.replace('State(random(rng))', 'fresh(random(rng))');
  expect(functions).not.toBe(DRIFT);
  return `${functions.replace('place: f32', `place: f32, ${members}`)}
const SIDE = 3;
fn fresh(place: f32) -> State {
  var state: State;
  state.place = place;
  return state;
}`;
}

test.each([
  ['one number', DRIFT, 1],
  ['an array whose length is an expression', withMembers('board: array<u32, SIDE * SIDE>'), 10],
  // A vec3f is aligned to 16 bytes, and so is the next State.
  ['a vector, with the gaps of its alignment', withMembers('push: vec3f'), 8],
  ['as many words as allowed', withMembers('board: array<u32, 1023>'), 1024],
])('a State of %s', async (_, shader, words) => {
  expect((await createTask(gpu, drift(shader))).stateWords).toBe(words);
});

test('a State that is too large is refused with the file and the limit', async () => {
  const task = createTask(gpu, drift(withMembers('board: array<u32, 2000>')));
  await expect(task).rejects.toThrow(/^my\/drift\.wesl:5: struct State has more than 4096 bytes/);
});

test('a State is measured once per device and module', async () => {
  const compile = vi.spyOn(gpu.device, 'createComputePipelineAsync');
  const module = drift(withMembers('once: f32'));
  const [first, second] = [await createTask(gpu, module), await createTask(gpu, module)];
  expect(compile).toHaveBeenCalledOnce();
  expect([first.stateWords, second.stateWords]).toEqual([2, 2]);
  const other = await createTask(gpu, drift(withMembers('once: vec2f')));
  expect(other.stateWords).toBe(4);
  compile.mockRestore();
});
