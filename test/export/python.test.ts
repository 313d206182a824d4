/** What leaves for Python, and what comes from there, with the packages that people use. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { checkDifferences, compareDecisions } from '../../src/export/check-export';
import { exportJson, exportSafetensors } from '../../src/export/export-weights';
import { importPolicy } from '../../src/export/import-policy';
import type { Decisions } from '../../src/trainer/act-on-device';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';
import { pythonHas, runPython } from '../support/python';
import { type DeviceCase, onDevice } from './device-cases';
import { POLICY_CASES } from './policies';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-python-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!pythonHas('torch', 'safetensors'))('PyTorch (Python)', () => {
  test.each(['safetensors', 'json'])('does what the device does with %s', async (format) => {
    const devices: DeviceCase[] = [];
    for (const each of POLICY_CASES) devices.push(await onDevice(each));
    const cases = POLICY_CASES.map(({ saved, agent }, index) => {
      const path = join(folder, `${index}.${format}`);
      const write = format === 'json' ? exportJson : exportSafetensors;
      writeFileSync(path, write(saved, { agent }));
      const { observations, masks = null } = devices[index]!.inputs;
      return { path, observations: observations.map((own) => [...own]), masks };
    });
    const list = join(folder, `${format}-cases.json`);
    writeFileSync(list, JSON.stringify(cases));
    const found = runPython('act_in_torch.py', list) as readonly Decisions[];
    for (const [index, { name, saved }] of POLICY_CASES.entries()) {
      const { decisions } = devices[index]!;
      checkDifferences(name, compareDecisions(found[index]!, decisions, saved.environment));
      expect(found[index]!.values === null).toBe(decisions.values === null);
    }
  });
});

describe.skipIf(!pythonHas('stable_baselines3'))('Stable-Baselines3 (Python)', () => {
  test.each([
    ['CartPole-v1', 16_384],
    ['Pendulum-v1', 8192],
  ])('has the same return in %s', async (id, steps) => {
    const episodes = 300;
    const path = join(folder, `${id}.zip`);
    const there = runPython('train_sb3.py', id, `${steps}`, `${episodes}`, path) as {
      readonly mean: number;
      readonly std: number;
    };
    const environment = findEnvironment(id);
    const { config, policy } = importPolicy(readFileSync(path), environment);
    const gpu = await openTestGpu();
    const trainer = await createTrainer({ gpu, environment, config, policy });
    const here = await trainer.evaluate({ episodes: 2000 });
    trainer.destroy();
    const error = Math.hypot(there.std / Math.sqrt(episodes), here.stdReturn / Math.sqrt(2000));
    expect(Math.abs(here.meanReturn - there.mean)).toBeLessThan(2 * error);
    // Neither a random policy nor one that has nothing left to vary.
    expect(here.stdReturn).toBeGreaterThan(1);
  });
});
