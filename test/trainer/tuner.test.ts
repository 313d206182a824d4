import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { candidateForms } from '../../src/network/fused-form';
import { tuningFile } from '../../src/node/tuning-file';
import { type TuningMemory, tuneForm } from '../../src/trainer/tuner';
import { openTestGpu } from '../support/gpu';
import { SMALL, smallTrainer } from './training';

const gpu = await openTestGpu();
const config = { ...SMALL, hiddenSizes: [5, 3] };

function memory(): TuningMemory & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, Awaited<ReturnType<TuningMemory['get']>>>();
  return {
    kept,
    get: async (key) => kept.get(key),
    set: async (key, form) => void kept.set(key, form),
  };
}

describe('tuneForm', () => {
  test('times every variant and the layered kernels, and chooses the fastest', async () => {
    const trainer = await smallTrainer(config);
    const candidates = candidateForms(trainer.layout, gpu);
    trainer.destroy();
    const { form, timings } = await tuneForm({ gpu, environment: cartpole, config });
    expect(timings.map((timing) => timing.form)).toEqual([...candidates, 'layered']);
    const fastest = Math.min(...timings.map(({ milliseconds }) => milliseconds));
    expect(timings.find((timing) => timing.form === form)!.milliseconds).toBe(fastest);
    expect(fastest).toBeGreaterThan(0);
  });

  test('a remembered choice is not measured again, another shape is', async () => {
    const remembering = memory();
    const wide = { ...config, hiddenSizes: [7] };
    const first = await tuneForm({ gpu, environment: cartpole, config, memory: remembering });
    const second = await tuneForm({ gpu, environment: cartpole, config, memory: remembering });
    expect(second).toEqual({ form: first.form, timings: [], obstacle: undefined });
    await tuneForm({ gpu, environment: cartpole, config: wide, memory: remembering });
    expect(remembering.kept.size).toBe(1);
  });

  test('networks without a fused form have nothing to choose from, and say why', async () => {
    const tuning = await tuneForm({ gpu, environment: cartpole, config: SMALL });
    expect(tuning).toMatchObject({ form: 'layered', timings: [] });
    expect(tuning.obstacle).toMatch(/two hidden layers/);
  });
});

describe('tuningFile', () => {
  test('keeps choices by key across instances', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'tuning-')), 'deep', 'tuning.json');
    await tuningFile(path).set('a', 'layered');
    await tuningFile(path).set('b', 'layered');
    expect(await tuningFile(path).get('a')).toBe('layered');
    expect(await tuningFile(path).get('c')).toBeUndefined();
    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')))).toEqual(['a', 'b']);
  });

  test('a file that is no JSON counts as empty', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'tuning-')), 'tuning.json');
    await writeFile(path, 'half a fi');
    expect(await tuningFile(path).get('a')).toBeUndefined();
    await tuningFile(path).set('a', 'layered');
    expect(await tuningFile(path).get('a')).toBe('layered');
  });
});
