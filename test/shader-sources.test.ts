import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type StructInfo, WgslReflect } from 'wgsl_reflect';
import { LOSS_SETTINGS, LOSS_TERMS } from '../src/config/loss-terms';
import { cartpole } from '../src/environments/cartpole';
import { linkProgram, type ProgramSource } from '../src/gpu/program';
import { MOMENTS_WORDS } from '../src/kernels/moments';
import { ENVIRONMENT_FAULTS, EPISODE_WORD, EPISODE_WORDS } from '../src/rollout/episode';
import { createTask, ROLLOUT_LANES } from '../src/rollout/task';
import { AGENT_FIELDS, AGENT_WORDS, LOSS_ARRAYS, LOSS_CAPACITY } from '../src/trainer/agent-record';
import { LOSS_STATISTICS, STATISTICS } from '../src/update/ppo-loss';
import { openTestGpu } from './support/gpu';
import { listFiles } from './support/list-files';
import { SHADER_SOURCES } from './support/shader-sources';

/** The one shader that is no part of a run: `lockstep doctor` imports it itself. */
const ALONE = ['cli/doctor'];

const PATHS = listFiles('shaders', '.wesl').map((path) => path.slice(8, -5));
const textOf = (path: string): string => readFileSync(`shaders/${path}.wesl`, 'utf8');

describe('the list of shaders', () => {
  test('names every file but the environments', () => {
    const isListed = (path: string): boolean =>
      path === 'environments/interface' || !path.startsWith('environments/');
    const expected = PATHS.filter((path) => isListed(path) && !ALONE.includes(path));
    expect(Object.keys(SHADER_SOURCES).sort()).toEqual(expected.sort());
  });

  test.each(Object.entries(SHADER_SOURCES))('has the text of %s under its name', (path, text) => {
    expect(text).toBe(textOf(path));
  });
});

describe.each(PATHS)('shaders/%s.wesl', (path) => {
  const text = textOf(path);

  test('begins with what it computes', () => {
    expect(text).toMatch(/^\/\/ \S/);
  });

  test('has no entry point but the one of its name', () => {
    const entries = [...text.matchAll(/@compute[^{]*?\bfn (\w+)/g)].map((match) => match[1]);
    expect(entries).toEqual(entries.length === 0 ? [] : [basename(path).replaceAll('-', '_')]);
  });

  // A write to one component may write the whole vector, hence what another invocation wrote beside
  // it.
  test('writes whole vectors to memory that invocations share', () => {
    const shared = text.matchAll(
      /var<(?:storage, read_write|workgroup)> (\w+):\s*([^;]*\bvec[^;]*);/g,
    );
    for (const [, name, type] of shared) {
      const places = '\\[[^;=]*\\]'.repeat(type!.split('array<').length - 1);
      const component = new RegExp(`\\b${name}${places}(\\[|\\.[xyzw]\\b)[^;=]*[-+*/]?=[^=]`);
      expect(text).not.toMatch(component);
    }
  });
});

const task = await createTask(await openTestGpu(), cartpole);

/** What a linked program looks like from outside. */
async function reflect(source: Omit<ProgramSource, 'library'>) {
  const { dest } = await linkProgram({ ...source, library: SHADER_SOURCES });
  const structOf = (name: string): StructInfo =>
    new WgslReflect(dest).structs.find((struct) => struct.name === name)!;
  return { text: dest, structOf };
}

describe('host and device agree on', () => {
  test("the words of an agent's record", async () => {
    const { structOf } = await reflect({
      shader: 'trainer/schedule',
      constants: { MERGE_LANES: 64, LOSS_TERMS: 3 },
    });
    const { members, size } = structOf('Agent');
    const fields = members.slice(0, AGENT_FIELDS.length);
    expect(fields.map(({ name, type }) => [name, type.name])).toEqual(AGENT_FIELDS);
    expect(fields.map(({ offset }) => offset)).toEqual(AGENT_FIELDS.map((_, i) => 4 * i));
    const arrays = members.slice(AGENT_FIELDS.length);
    expect(arrays.map((member) => [member.name, member.size / 4])).toEqual(
      LOSS_ARRAYS.map(([name]) => [name, LOSS_CAPACITY]),
    );
    expect(size).toBe(4 * AGENT_WORDS);
    expect(LOSS_SETTINGS.length).toBeLessThanOrEqual(LOSS_CAPACITY);
  });

  test('the words of an episode', async () => {
    const { structOf } = await reflect(task.program('rollout/env-step', { ROLLOUT_LANES }));
    const { members, size } = structOf('Episode');
    expect(size).toBe(4 * EPISODE_WORDS);
    const offsetOf = (name: string): number =>
      members.find((member) => member.name === name)!.offset / 4;
    expect(offsetOf('running_return')).toBe(EPISODE_WORD.runningReturn);
    expect(offsetOf('returns')).toBe(EPISODE_WORD.count);
    expect(offsetOf('faults')).toBe(EPISODE_WORD.faults);
    const moments = structOf('Moments');
    expect(moments.members.map(({ name }) => name)).toEqual(['count', 'mean', 'm2']);
    expect(moments.size).toBe(4 * MOMENTS_WORDS);
    expect(EPISODE_WORD.meanReturn).toBe(EPISODE_WORD.count + 1);
    expect(EPISODE_WORD.meanLength).toBe(offsetOf('lengths') + 1);
  });

  test('the bits of an episode’s faults', () => {
    const found = textOf('rollout/faults').matchAll(/const FAULT_(\w+) = (\d+)u;/g);
    const bits = [...found].map(([, name, bit]) => [name!.toLowerCase(), Number(bit)]);
    expect(bits).toEqual(ENVIRONMENT_FAULTS.map((name, place) => [name, 2 ** place]));
  });

  test("the words of an environment's state", async () => {
    const { structOf } = await reflect(task.program('rollout/env-step', { ROLLOUT_LANES }));
    expect(structOf('State').size).toBe(4 * task.stateWords);
  });

  test('the statistics of an update', () => {
    const text = textOf('update/statistics');
    const places = new Map<string, number>([['LOSS_TERMS', LOSS_TERMS.length]]);
    for (const [, name, base, offset] of text.matchAll(/const (\w+) = (\w+)(?: \+ (\d+))?;/g)) {
      places.set(name!, places.get(base!)! + Number(offset ?? 0));
    }
    for (const name of ['approx_kl', 'grad_norm', 'applied', 'skipped'] as const) {
      expect(places.get(name.toUpperCase())).toBe(STATISTICS.indexOf(name));
    }
    expect(places.get('LOSS_STATISTICS')).toBe(LOSS_STATISTICS.length);
    expect(places.get('STATISTICS')).toBe(STATISTICS.length);
  });
});
