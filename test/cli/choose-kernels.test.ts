import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createChosenTrainer } from '../../src/cli/choose-kernels';
import { completeConfig } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import { describePlan, isFused } from '../../src/network/kernel-plan';
import { candidatePlans } from '../../src/network/plan-candidates';
import type { Trainer } from '../../src/trainer/trainer';
import { openTestGpu } from '../support/gpu';
import { SMALL } from '../trainer/training';

const gpu = await openTestGpu();
/** The user's cache of these tests. */
const cache = mkdtempSync(join(tmpdir(), 'choose-kernels-'));

beforeAll(() => vi.stubEnv('XDG_CACHE_HOME', cache));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

/** Fused, with few variants, since silu's updates are layered. */
const FUSED: Partial<PpoConfig> = { ...SMALL, hiddenSizes: [5, 3], activation: 'silu' };
const SHARED: Partial<PpoConfig> = { ...FUSED, sharedTrunk: true };

interface Chosen {
  readonly notes: readonly string[];
  readonly plan: Trainer['plan'];
  readonly candidates: readonly string[];
}

async function choose(fields: Partial<PpoConfig>, tune: boolean): Promise<Chosen> {
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const config = completeConfig(cartpole.defaults, fields);
  const trainer = await createChosenTrainer({ gpu, environment: cartpole, config, tune, note });
  const candidates = candidatePlans(trainer.run.layout, gpu, trainer.whyNotFused);
  trainer.destroy();
  return { notes, plan: trainer.plan, candidates: candidates.map(describePlan) };
}

describe('without --tune', () => {
  test('the usual plan runs, and nothing is said', async () => {
    const { notes, plan } = await choose(FUSED, false);
    expect(isFused(plan)).toBe(true);
    expect(notes).toEqual([]);
  });

  test('the layered kernels run where there is an obstacle, which is said', async () => {
    const { notes, plan } = await choose(SHARED, false);
    expect(isFused(plan)).toBe(false);
    expect(notes).toEqual(['kernels: layered, since a shared trunk is not fused']);
  });
});

describe('with --tune', () => {
  test('every plan is in a table, the one that runs first; the next run remembers it', async () => {
    const { notes, plan, candidates } = await choose(FUSED, true);
    const chosen = describePlan(plan);
    const [begin, table] = notes;
    expect(notes).toHaveLength(2);
    expect(begin).toBe('timing the kernel plans');
    const [head, ...rows] = table!.split('\n').map((row) => row.trim().split(/ {2,}/));
    expect(head).toEqual(['ms/iteration', 'kernels']);
    expect(rows.map(([, name]) => name).sort()).toEqual([...candidates].sort());
    const times = rows.map(([milliseconds]) => Number(milliseconds));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(rows[0]![1]).toBe(chosen);

    const again = await choose(FUSED, true);
    expect(again.notes).toEqual([begin, `kernels as tuned before: ${chosen}`]);
    expect(again.plan).toEqual(plan);
  });

  test('an obstacle leaves nothing to choose from, which is said', async () => {
    const { notes, plan } = await choose(SHARED, true);
    expect(isFused(plan)).toBe(false);
    expect(notes.at(-1)).toBe('kernels: layered, since a shared trunk is not fused');
  });
});
