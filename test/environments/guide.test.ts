/** docs/environments.md: its code runs, and its tables name what there is. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { drawState } from '../../src/environments/draw';
import { COLORS, type ShownStep } from '../../src/environments/drawing';
import { RESERVED_WORDS } from '../../src/environments/reserved-words';
import { declaredNames } from '../../src/gpu/wesl-imports';
import { createTrainer, defineEnvironment, findEnvironment } from '../../src/index';
import { openTestGpu } from '../support/gpu';
import { openRuntime } from '../support/run-dispatches';
import { SHADER_SOURCES } from '../support/shader-sources';
import { openWorld, playActions, readRollout, reset } from '../support/world';
import { allReports, smallTrainer } from '../trainer/training';
import { DRIFT, drift } from './drift';

const PAGE = readFileSync('docs/environments.md', 'utf8');
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(
    (match) => match[1]!,
  );

const [MODULE, BOARD, CHANGE, MEASURE, BITS] = blocks('wgsl') as [
  string,
  string,
  string,
  string,
  string,
];
const [DESCRIPTION, TRAINING, VARIED, EVALUATED, TRADING, MEASURED, DRAWN] = blocks('js') as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

/** Runs a program of the page whose imports are given by their names. */
async function runProgram(
  text: string,
  imports: Readonly<Record<string, unknown>>,
  result: string,
) {
  const body = text.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  const names = Object.keys(imports);
  const asynchronous = `return (async () => { ${body}; return ${result}; })()`;
  return new Function(...names, asynchronous)(...Object.values(imports)) as unknown;
}

async function describedRail(): Promise<EnvironmentDefinition> {
  const readText = (file: string): string => (file === 'rail.wesl' ? MODULE : '');
  const imports = { defineEnvironment, readFileSync: readText };
  return (await runProgram(DESCRIPTION, imports, 'environment')) as EnvironmentDefinition;
}

test('the module is the template', () => {
  expect(MODULE).toBe(readFileSync('shaders/environments/template.wesl', 'utf8'));
});

test('the module and its description train as the page says', async () => {
  const gpu = await openTestGpu();
  const rail = await describedRail();
  const short = {
    ...rail,
    defaults: { numEnvs: 3, numSteps: 4, numMinibatches: 1, totalTimesteps: 24 },
  };
  const lines: unknown[][] = [];
  const imports = {
    ...{ createTrainer, environment: short, requestNodeGpu: () => gpu },
    console: { log: (...values: unknown[]) => lines.push(values) },
  };
  const trainer = (await runProgram(TRAINING, imports, 'trainer')) as { destroy(): void };
  expect(lines.map(([timesteps]) => timesteps)).toEqual([12, 24]);
  trainer.destroy();
});

test('the array whose size is a param has that size', async () => {
  const shader = DRIFT.replace('place: f32', 'place: f32, board: Board').replace(
    'State(random(rng))',
    'State(random(rng), Board())',
  );
  const environment = drift(withImports(BOARD, shader), { params: { CELLS: 6 } });
  const runtime = await openRuntime();
  const world = await openWorld(runtime, { environment, envs: 1, steps: 1 });
  expect(world.task.stateWords).toBe(7);
  runtime.arena.destroy();
});

test('an observation of bits is made as the page says', async () => {
  const size = 43;
  const shader = DRIFT.replace('place: f32,', `cells: array<f32, ${size}>,`)
    .replace('State(random(rng))', 'State()')
    .replace(
      /\(\*state\).place \+=[\s\S]*?> 3\.0\);/,
      '(*state).cells[u32(action[0])] = 2.0;\n  return Step(0.0, false);',
    )
    .replace('{Observation,', '{Observation, OBSERVATION_SIZE,')
    .replace(/fn observe[\s\S]*/, BITS);
  const observation = Array.from({ length: size }, (_, i) => ({ name: `${i}`, low: 0, high: 1 }));
  const bits = { observation, observationFormat: 'bits' } as const;
  const environment = drift(shader, { ...bits, action: { type: 'discrete', n: size } });
  const runtime = await openRuntime();
  const world = await openWorld(runtime, { environment, envs: 1, steps: 2 });
  await reset(world);
  await playActions(world, [[42], [3]]);
  const { observations } = await readRollout(world);
  const shown = observations.map((row) => row.flatMap(([bit], i) => (bit === 1 ? [i] : [])));
  expect(shown.slice(0, 3)).toEqual([[], [42], [3, 42]]);
  runtime.arena.destroy();
});

test('the ranges of the page vary a param, and change while it trains', async () => {
  const imports = { defineEnvironment, findEnvironment };
  const all = '{ fixed, random, widening }';
  type Named = Readonly<Record<'fixed' | 'random' | 'widening', EnvironmentDefinition>>;
  const { fixed, random, widening } = (await runProgram(VARIED, imports, all)) as Named;
  expect(fixed.params).toEqual(findEnvironment('CartPole-v1').params);
  const trainer = await smallTrainer({}, widening);
  const lines: unknown[][] = [];
  const log = (...values: unknown[]) => lines.push(values);
  await runProgram(EVALUATED, { trainer, console: { log } }, 'undefined');
  expect(lines).toEqual([0.25, 0.5, 1].map((length) => [length, expect.any(Number)]));
  expect(trainer.params.HALF_LENGTH).toEqual({ low: 0.1, high: 2 });
  trainer.destroy();
  (await smallTrainer({}, random)).destroy();
});

test('the tables and the metrics of the page are those of its modules', async () => {
  const base = (shader: string) => (changes: Partial<EnvironmentDefinition>) =>
    drift(shader, changes);
  const read = DRIFT.replace('(state.place)', '(change(u32(state.place)))');
  const trading = (await runProgram(
    TRADING,
    { defineEnvironment: base(`${withImports(CHANGE, read)}`), prices: [1, 4], levels: [7] },
    'trading',
  )) as EnvironmentDefinition;
  (await smallTrainer({}, trading)).destroy();
  const counting = DRIFT.replace('place: f32', 'place: f32, score: u32, eaten: u32').replace(
    'State(random(rng))',
    'State(random(rng), 3u, 4u)',
  );
  const measured = (await runProgram(
    MEASURED,
    { defineEnvironment: base(withImports(MEASURE, counting)) },
    'measured',
  )) as EnvironmentDefinition;
  const trainer = await smallTrainer({}, measured);
  const reports = await allReports(trainer);
  expect(reports.at(-1)!.agents[0]).toMatchObject({ 'world/score': 3, 'world/food_eaten': 4 });
  trainer.destroy();
});

/** A module whose first lines are the imports of another text, and whose last lines its rest. */
function withImports(text: string, module: string): string {
  const [imported, ...declared] = text.split('\n');
  return `${imported}\n${module}${declared.join('\n')}`;
}

describe('the drawing', () => {
  test('of the page shows the bead and the action', async () => {
    const imports = { defineEnvironment, environment: await describedRail() };
    const drawn = (await runProgram(DRAWN, imports, 'drawn')) as EnvironmentDefinition;
    const step = { observation: [0.5], action: [1], reward: 0 };
    const types = (shown: ShownStep): unknown[] =>
      drawState(drawn, { place: 0.5 }, shown).shapes.map(({ type }) => type);
    expect(types(step)).toEqual(['line', 'circle', 'text']);
    expect(types({ ...step, action: undefined, reward: undefined })).toEqual(['line', 'circle']);
    expect(drawn.stepsPerSecond).toBe(10);
  });

  test('has the shapes and colors that the page lists', () => {
    const section = /^## What it looks like$(.*?)^## /ms.exec(PAGE)![1]!;
    const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    expect(rows).toEqual(['line', 'circle', 'polygon', 'text']);
    const colors = /^Colors say (.*?)\n\n/ms.exec(section)![1]!;
    expect([...colors.matchAll(/`(\w+)`/g)].map((match) => match[1])).toEqual([...COLORS]);
  });
});

describe('the table of modules', () => {
  const rows = [...PAGE.matchAll(/^\| `(package::[\w:]+)` \| (.*) \|$/gm)];
  test.each(rows.map(([, path, names]) => [path!, names!]))('has what is in %s', (path, names) => {
    const sources: Readonly<Record<string, string>> = SHADER_SOURCES;
    const text = sources[path.replace('package::', '').replaceAll('::', '/')];
    const listed = [...names.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.filter((name) => !declaredNames(text!).includes(name))).toEqual([]);
  });

  test('has a row for every module', () => {
    expect(rows).toHaveLength(6);
  });
});

test('the words that are no names are all reserved', () => {
  const list = /in an\nenvironment are ([\s\S]*?)\n\(/.exec(PAGE)![1]!;
  const words = [...list.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
  expect(words.length).toBeGreaterThan(40);
  expect(words.filter((word) => !RESERVED_WORDS.has(word))).toEqual([]);
});

test('a State may hold vectors, matrices, arrays and structs', async () => {
  const state = `struct Part { counts: array<vec2u, 2>, on: u32 }
struct State { turn: mat2x2f, parts: array<Part, 2>, offset: vec3f, level: i32`;
  const start = 'State(mat2x2f(0.0, 1.0, -1.0, 0.0), array<Part, 2>(), vec3f(), -2)';
  const step = `let i = u32(action[0]);
  (*state).parts[i].counts[1].y += 3u;
  (*state).offset = vec3f((*state).turn * vec2f(1.0, 2.0), 5.0);
  return Step(f32((*state).level), false);`;
  const shown = 'f32(state.parts[1].counts[1].y), state.offset.x, state.offset.y, state.offset.z';
  const shader = DRIFT.replace('struct State {\n  place: f32,', state)
    .replace('State(random(rng))', start)
    .replace(/\(\*state\).place \+=[\s\S]*?> 3\.0\);/, step)
    .replace('state.place', shown);
  const observation = ['a', 'b', 'c', 'd'].map((name) => ({ name, low: -9, high: 9 }));
  const runtime = await openRuntime();
  const environment = drift(shader, { observation });
  const world = await openWorld(runtime, { environment, envs: 1, steps: 2 });
  await reset(world);
  await playActions(world, [[1], [1]]);
  const { observations, rewards } = await readRollout(world);
  // The matrix is given column by column: (1, 2) is turned by a quarter to (-2, 1).
  expect(observations.slice(0, 3)).toEqual([
    [[0], [0], [0], [0]],
    [[3], [-2], [1], [5]],
    [[6], [-2], [1], [5]],
  ]);
  expect(rewards).toEqual([[-2], [-2]]);
  runtime.arena.destroy();
});
