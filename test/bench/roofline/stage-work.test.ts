import { expect, test } from 'vitest';
import {
  bindingLimit,
  products,
  stageWork,
  type WorkSizes,
} from '../../../bench/roofline/stage-work';

// 2 environments × 3 steps, one slot; 2 epochs of 2 minibatches; nets of 4-5-6-2 and 4-5-6-1.
const ACTOR = [4, 5, 6, 2];
const CRITIC = [4, 5, 6, 1];
const SIZES: WorkSizes = {
  transitions: 6,
  observed: 2 * (3 + 1 + 1),
  samples: 12,
  updates: 4,
  parameters: 100,
  actionRows: 1,
  actor: ACTOR,
  critic: CRITIC,
  networks: { actor: ACTOR, critic: CRITIC },
};

test('products count a multiply-add per weight, from a layer on', () => {
  expect(products(ACTOR)).toBe(20 + 30 + 12);
  expect(products(ACTOR, 1)).toBe(30 + 12);
  expect(products([])).toBe(0);
});

test('rollout and values run one network each', () => {
  expect(stageWork('rollout', SIZES)).toEqual({ flop: 2 * 6 * 62, bytes: 4 * 6 * (4 + 1 + 3) });
  expect(stageWork('values', SIZES)).toEqual({ flop: 2 * 10 * 56, bytes: 4 * 10 * 5 });
});

test('the layered update is three times the products, less the first layer backwards', () => {
  const flop = (name: string): number => stageWork(name, SIZES)!.flop;
  expect(flop('forward')).toBe(2 * 12 * (62 + 56));
  expect(flop('backward')).toBe(2 * 12 * (42 + 36));
  expect(flop('weight gradients')).toBe(2 * 12 * (62 + 56));
});

test('the fused update computes the same and moves only the samples', () => {
  const layered = ['forward', 'backward', 'weight gradients'].map(
    (name) => stageWork(name, SIZES)!,
  );
  const fused = stageWork('update', SIZES)!;
  expect(fused.flop).toBe(layered.reduce((sum, { flop }) => sum + flop, 0));
  expect(fused.bytes).toBe(4 * 12 * (4 + 1 + 4));
  // Layers from 4 to 5, 5 to 6, 6 to 2; and 6 to 1.
  expect(layered[0]!.bytes).toBe(4 * 12 * (9 + 11 + 8 + 9 + 11 + 7));
});

test('the fused update of one network is its own share', () => {
  const flop = (name: string): number => stageWork(name, SIZES)!.flop;
  expect(flop('actor update')).toBe(2 * 12 * (62 + 42 + 62));
  expect(flop('actor update') + flop('critic update')).toBe(flop('update'));
  expect(stageWork('trunk update', SIZES)).toBeUndefined();
});

test('Adam reads a gradient and moves two moments and the parameter both ways', () => {
  expect(stageWork('optimizer', SIZES)).toEqual({ flop: 0, bytes: 4 * 4 * 100 * 7 });
});

test('a stage that nobody has described is not modelled', () => {
  expect(stageWork('schedule', SIZES)).toBeUndefined();
});

test('the ceiling that needs the most time binds', () => {
  const limits = { arithmetic: 100, traffic: 10, dispatch: 0.5 };
  const limit = (flop: number, bytes: number, dispatches: number) =>
    bindingLimit({ flop, bytes }, dispatches, limits);
  expect(limit(1000, 50, 3)).toEqual({ bound: 'arithmetic', seconds: 10 });
  expect(limit(1000, 500, 3)).toEqual({ bound: 'traffic', seconds: 50 });
  expect(limit(10, 10, 30)).toEqual({ bound: 'dispatches', seconds: 15 });
});
