import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import { cartpole } from '../../src/environments/cartpole';
import { LAYERED } from '../../src/network/kernel-plan';
import { candidatePlans } from '../../src/network/plan-candidates';
import { tuningFile } from '../../src/node/tuning-file';
import { type TuningMemory, tunePlan } from '../../src/trainer/tuner';
import { openTestGpu } from '../support/gpu';
import { SMALL, smallTrainer } from './training';

const gpu = await openTestGpu();
const config = { ...SMALL, hiddenSizes: [5, 3] };

function memory(): TuningMemory & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  return {
    kept,
    get: async (key) => kept.get(key),
    set: async (key, plan) => void kept.set(key, plan),
  };
}

describe('tunePlan', () => {
  test('times every candidate, and chooses the fastest', async () => {
    const trainer = await smallTrainer(config);
    const candidates = candidatePlans(trainer.run.layout, gpu, trainer.whyNotFused);
    trainer.destroy();
    const { plan, timings } = await tunePlan({ gpu, environment: cartpole, config });
    expect(timings.map((timing) => timing.plan)).toEqual(candidates);
    const fastest = Math.min(...timings.map(({ milliseconds }) => milliseconds));
    expect(timings.find((timing) => timing.plan === plan)!.milliseconds).toBe(fastest);
    expect(fastest).toBeGreaterThan(0);
  });

  test('a remembered choice is not measured again, another shape is', async () => {
    const remembering = memory();
    const normalized = { ...config, layerNorm: true };
    const first = await tunePlan({ gpu, environment: cartpole, config, memory: remembering });
    const second = await tunePlan({ gpu, environment: cartpole, config, memory: remembering });
    expect(second).toEqual({ plan: first.plan, timings: [], whyNotFused: undefined });
    await tunePlan({ gpu, environment: cartpole, config: normalized, memory: remembering });
    expect(remembering.kept.size).toBe(1);
    const other = { ...config, normObs: true };
    const third = await tunePlan({
      gpu,
      environment: cartpole,
      config: other,
      memory: remembering,
    });
    expect(third.timings).not.toEqual([]);
    expect(remembering.kept.size).toBe(2);
  });

  test.each([
    ['a plan that is none of those at hand', { ...LAYERED, update: { kind: 'tiled', lanes: 3 } }],
    ['what the version before kept', { update: 'neurons', lanes: 8 }],
    ['nothing', null],
    ['another word', 'fastest'],
  ])('%s that was kept is not used, but measured anew', async (_, kept) => {
    const set = vi.fn(async () => {});
    const get = async (): Promise<unknown> => kept;
    const tuning = await tunePlan({ gpu, environment: cartpole, config, memory: { get, set } });
    expect(tuning.timings.map(({ plan }) => plan)).toContain(tuning.plan);
    expect(set).toHaveBeenCalledExactlyOnceWith(expect.any(String), tuning.plan);
  });

  test('networks without fused kernels have nothing to choose from, and say why', async () => {
    // Not even where something is kept.
    const remembering: TuningMemory = { get: async () => LAYERED, set: async () => {} };
    const given = { gpu, environment: cartpole, config: SMALL, memory: remembering };
    const tuning = await tunePlan(given);
    expect(tuning).toMatchObject({ plan: LAYERED, timings: [] });
    expect(tuning.whyNotFused).toMatch(/two hidden layers/);
  });

  test('a configuration that is refused is not remembered either', async () => {
    const remembering: TuningMemory = { get: async () => LAYERED, set: async () => {} };
    const given = { gpu, environment: cartpole, config: { ...config, gamma: 2 } };
    await expect(tunePlan({ ...given, memory: remembering })).rejects.toThrow(ConfigError);
  });
});

describe('tuningFile', () => {
  test('keeps choices by key across instances', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'tuning-')), 'deep', 'tuning.json');
    await tuningFile(path).set('a', LAYERED);
    await tuningFile(path).set('b', LAYERED);
    expect(await tuningFile(path).get('a')).toEqual(LAYERED);
    expect(await tuningFile(path).get('c')).toBeUndefined();
    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')))).toEqual(['a', 'b']);
  });

  test.each(['half a fi', 'null', '3', '["a"]', '"a"', '{"b": null}'])(
    'a file that holds %s counts as empty',
    async (content) => {
      const path = join(await mkdtemp(join(tmpdir(), 'tuning-')), 'tuning.json');
      await writeFile(path, content);
      expect(await tuningFile(path).get('a')).toBeUndefined();
      await tuningFile(path).set('a', LAYERED);
      expect(await tuningFile(path).get('a')).toEqual(LAYERED);
    },
  );
});
