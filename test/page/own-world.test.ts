/** Worlds as texts: what they become, what is told of their mistakes, and the templates. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { descriptionOf, readDescription } from '../../page/description';
import { TEMPLATE_IDS, templateOf } from '../../page/editor/templates';
import type { Mistake, OwnWorld } from '../../page/messages';
import { definitionOf, WorldError, worldErrorOf, worldOf } from '../../page/worker/own-world';
import { ENVIRONMENTS, findEnvironment, type ShownStep } from '../../src/index';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';

vi.mock('../../page/editor/module-texts', () => {
  const folder = 'shaders/environments';
  const paths = readdirSync(folder).map((name) => `${folder}/${name}`);
  const texts = paths.map((path) => [path, readFileSync(path, 'utf8')]);
  return { MODULE_TEXTS: Object.fromEntries(texts) };
});

const gpu = await openTestGpu();

const CARTPOLE = templateOf('CartPole-v1');
const SMALL = { numEnvs: 2, numSteps: 4, numMinibatches: 1, totalTimesteps: 8, hiddenSizes: [3] };

/** The world with some of its text replaced. */
function changed(part: 'shader' | 'description', from: string, to: string): OwnWorld {
  expect(CARTPOLE[part]).toContain(from);
  return { ...CARTPOLE, [part]: CARTPOLE[part].replace(from, to) };
}

function mistakesOf(world: OwnWorld): readonly Mistake[] {
  try {
    definitionOf(world);
  } catch (error) {
    if (error instanceof WorldError) return error.mistakes;
    throw error;
  }
  return expect.fail('nothing was refused');
}

describe.each(ENVIRONMENTS)('the template of $id', (environment) => {
  test('is the environment itself', () => {
    const { draw, file: _, ...rest } = definitionOf(templateOf(environment.id));
    const { draw: _draw, file: _file, ...own } = environment;
    expect(rest).toEqual(own);
    expect(draw).toBeTypeOf('function');
  });

  test('has a description that can be read', () => {
    const lines = descriptionOf(environment).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(120);
    expect(lines.length).toBeGreaterThan(5);
  });
});

test('the first template trains', async () => {
  const environment = definitionOf(templateOf(TEMPLATE_IDS[0]!));
  const trainer = await createTrainer({ gpu, environment, config: SMALL });
  for await (const { iteration } of trainer) expect(iteration).toBe(1);
  trainer.destroy();
});

test('infinite bounds are texts, as in saved files', () => {
  const description = descriptionOf(findEnvironment('CartPole-v1'));
  expect(description).toContain('"low": "-Infinity", "high": "Infinity"');
  expect(readDescription(description)).toMatchObject({
    observation: findEnvironment('CartPole-v1').observation,
  });
});

describe('a mistake in the description', () => {
  test('of its JSON has the place that the browser tells', () => {
    const [mistake] = mistakesOf(changed('description', '"maxEpisodeSteps": 500,', 'steps,'));
    const lines = CARTPOLE.description.split('\n');
    const line = lines.findIndex((each) => each.includes('maxEpisodeSteps')) + 1;
    expect(mistake).toMatchObject({ part: 'description', line, column: 3 });
  });

  test('at its end has the end as its place', () => {
    const { length } = CARTPOLE.description.split('\n');
    const description = CARTPOLE.description.trimEnd().slice(0, -1);
    const [mistake] = mistakesOf({ ...CARTPOLE, description });
    expect(mistake).toMatchObject({ part: 'description', line: length - 1, column: 1 });
  });

  test.each(['3', '[]', 'null'])('is that it is no object: %s', (description) => {
    const [mistake] = mistakesOf({ ...CARTPOLE, description });
    expect(mistake).toMatchObject({ line: 1, sentence: expect.stringContaining('an object') });
  });

  test.each(['shader', 'file', 'tables', 'draw', 'host'])('is a field of elsewhere: %s', (key) => {
    const world = changed('description', '{', `{ "${key}": "",`);
    expect(mistakesOf(world)).toEqual([
      { part: 'description', key, sentence: expect.stringMatching(`^${key} (is|cannot) `) },
    ]);
  });

  test('comes with the field, a sentence for each', () => {
    const world = changed(
      'description',
      '"maxEpisodeSteps": 500',
      '"maxEpisodeSteps": 0, "fps": 3',
    );
    expect(mistakesOf(world).map(({ key, sentence }) => [key, sentence.split(' ')[0]])).toEqual([
      ['fps', 'fps'],
      ['maxEpisodeSteps', 'maxEpisodeSteps'],
    ]);
  });
});

describe('a mistake that only training finds', () => {
  const failureOf = async (world: OwnWorld, config: object): Promise<unknown> => {
    const environment = definitionOf(world);
    const error = await createTrainer({ gpu, environment, config }).catch((each) => each);
    return worldErrorOf(error, environment);
  };

  test('in the module has its line, its column and the words of the library', async () => {
    const world = changed('shader', 'fn observe(', 'fn observe(\n  self: u32,');
    const lines = world.shader.split('\n');
    const line = lines.findIndex((each) => each.includes('self: u32')) + 1;
    const sentence = '`self` is a reserved word of WGSL; choose another name';
    expect(await failureOf(world, SMALL)).toMatchObject({
      mistakes: [{ part: 'module', line, column: 3, sentence }],
    });
  });

  test('in the config is one of the description', async () => {
    expect(await failureOf(CARTPOLE, { ...SMALL, numMinibatches: 9 })).toMatchObject({
      mistakes: [{ part: 'description', sentence: expect.stringContaining('numMinibatches') }],
    });
  });

  test('is no mistake where the world is not at fault', () => {
    const error = Object.assign(new Error('the device was lost'), { name: 'GpuError' });
    expect(worldErrorOf(error, definitionOf(CARTPOLE))).toBe(error);
  });
});

describe('the drawing of the template', () => {
  const model = findEnvironment('CartPole-v1');
  const step: ShownStep = {
    observation: [0, 0, 0, 0],
    action: [0],
    reward: 1,
    params: model.params as Readonly<Record<string, number>>,
  };
  const { draw } = definitionOf(changed('shader', 'struct State {', 'struct State {\n'));

  test('stays where the state has what it draws, and gives way to bars for good', () => {
    const state = { position: 0, velocity: 0, angle: 0, angular_velocity: 0 };
    expect(draw!(state, step)).toEqual(model.draw!(state, step));
    const bars = draw!({ place: 0 }, step);
    expect(JSON.stringify(bars.shapes)).toContain('angular velocity');
    expect(draw!(state, step)).toEqual(bars);
  });
});

describe('an environment out of a file', () => {
  test('becomes texts with all that it says', () => {
    const own = definitionOf(changed('description', 'CartPole-v1', 'Mine-v0'));
    const { draw: _, ...rest } = own;
    expect(definitionOf(worldOf(own)!)).toEqual(rest);
  });

  test('becomes none where it is a built-in one, or has tables, which are no texts', () => {
    expect(worldOf(findEnvironment('CartPole-v1'))).toBeUndefined();
    expect(worldOf({ ...findEnvironment('Trading-v0'), id: 'Mine-v0' })).toBeUndefined();
  });
});
