import { describe, expect, test } from 'vitest';
import type { Activation } from '../../src/config/choices';
import { ConfigError } from '../../src/config/config-error';
import type { Gpu } from '../../src/gpu/device';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { choosePlan } from '../../src/network/choose-plan';
import {
  describePlan,
  isFused,
  type KernelPlan,
  LAYERED,
  LAYERED_ON_MATRIX_UNITS,
  subgroupLanes,
} from '../../src/network/kernel-plan';
import { candidatePlans } from '../../src/network/plan-candidates';
import { whyNotFused, whyNotPlan } from '../../src/network/plan-limits';

/** CartPole's networks, e.g. 4-64-64-2 and 4-64-64-1. */
const layoutOf = (
  hiddenSizes: readonly number[],
  { activation = 'tanh', headSize = 2 }: { activation?: Activation; headSize?: number } = {},
) => layoutActorCritic({ observationSize: 4, headSize, freeSize: 0, hiddenSizes, activation });
type Layout = ReturnType<typeof layoutOf>;
const LAYOUT = layoutOf([64, 64]);

interface Device {
  readonly hardware?: boolean;
  readonly subgroupSize?: number;
  readonly subgroupsVary?: boolean;
  readonly matrixUnits?: Gpu['matrixUnits'];
  /** Bytes of workgroup memory. */
  readonly memory?: number;
}

/** The part of a device that plans depend on. */
function deviceWith({ hardware = false, memory = 16384, ...rest }: Device = {}): Gpu {
  const limits = { maxStorageBuffersPerShaderStage: 16, maxComputeWorkgroupStorageSize: memory };
  const adapter = { hardware, name: 'a device' };
  return {
    ...{ subgroupSize: 8, subgroupsVary: false, device: { limits }, adapter },
    ...rest,
  } as unknown as Gpu;
}

const LAVAPIPE = deviceWith();
const SWIFTSHADER = deviceWith({ subgroupSize: 4 });
const WITHOUT_SUBGROUPS = deviceWith({ subgroupSize: 1 });
const HARDWARE = deviceWith({ hardware: true, subgroupSize: 32, memory: 49152 });
const MATRIX_UNITS = { M: 16, N: 16, K: 16, lanes: 32 };
const DEVICES: readonly (readonly [string, Gpu])[] = [
  ['lavapipe', LAVAPIPE],
  ['SwiftShader', SWIFTSHADER],
  ['a software adapter without subgroups', WITHOUT_SUBGROUPS],
  ['hardware', HARDWARE],
  ['hardware with little memory', deviceWith({ hardware: true, memory: 16384 })],
  ['hardware with matrix units', { ...HARDWARE, matrixUnits: MATRIX_UNITS } as Gpu],
];
const LAYOUTS: readonly (readonly [string, Layout])[] = [
  ...[
    [5, 3],
    [64, 64],
    [65, 3],
    [128, 128],
    [3, 129],
    [256, 256],
    [257, 8],
    [64, 64, 64],
  ].map((hidden) => [hidden.join(' × '), layoutOf(hidden)] as const),
  ['silu', layoutOf([64, 64], { activation: 'silu' })],
  ['wide silu', layoutOf([129, 8], { activation: 'silu' })],
  ['33 outputs', layoutOf([64, 64], { headSize: 33 })],
];

const candidatesOf = (layout: Layout, gpu: Gpu) =>
  candidatePlans(layout, gpu, whyNotFused(layout, gpu, 8));
const choose = (plan: KernelPlan | undefined, layout: Layout, gpu: Gpu) => () =>
  choosePlan(plan, layout, gpu, whyNotFused(layout, gpu, 8));
const problemOf = (plan: KernelPlan, layout: Layout, gpu: Gpu) =>
  whyNotPlan(plan, layout, gpu, whyNotFused(layout, gpu, 8));

/** The least amount of workgroup memory, at most `most` bytes, with which `fits`. */
function leastMemory(most: number, fits: (memory: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

describe.each(DEVICES)('candidates on %s', (_, gpu) => {
  describe.each(LAYOUTS)('for %s', (_, layout) => {
    const plans = candidatesOf(layout, gpu);

    test('are plans that the device allows, each once, the layered ones last', () => {
      expect(plans.map((plan) => problemOf(plan, layout, gpu))).toEqual(plans.map(() => undefined));
      expect(new Set(plans.map(describePlan)).size).toBe(plans.length);
      const layered = gpu.matrixUnits ? [LAYERED, LAYERED_ON_MATRIX_UNITS] : [LAYERED];
      expect(plans.filter((plan) => !isFused(plan))).toEqual(layered);
      expect(plans.slice(-layered.length)).toEqual(layered);
    });

    test('are fused where the networks may be, and only there', () => {
      expect(plans.some(isFused)).toBe(whyNotFused(layout, gpu, 8) === undefined);
    });

    test('exchange numbers in subgroups that the device has', () => {
      for (const plan of plans) {
        expect(subgroupLanes(plan)).toBeLessThanOrEqual(Math.max(1, gpu.subgroupSize));
      }
    });

    test('begin with the plan that runs by default', () => {
      expect(choose(undefined, layout, gpu)()).toEqual(plans[0]);
    });
  });
});

describe('updates by neurons', () => {
  const byNeurons = (hidden: number[], gpu: Gpu) =>
    candidatesOf(layoutOf(hidden), gpu).find(({ update }) => update.kind === 'lane-per-neuron');
  const OTHERS: [string, Gpu][] = [
    ['larger subgroups', deviceWith({ subgroupSize: 16 })],
    ['subgroups of several sizes', deviceWith({ subgroupsVary: true })],
    ['hardware', HARDWARE],
  ];

  test.each([
    [[64, 64], 1, 'lane-per-neuron'],
    [[65, 3], 2, 'lane-per-sample'],
    [[128, 128], 2, 'lane-per-sample'],
    [[3, 129], 3, 'layered'],
    [[256, 256], 4, 'layered'],
  ])('%j are shared by %d subgroups, with forward passes %s', (hidden, subgroups, forward) => {
    const plan = byNeurons(hidden, LAVAPIPE);
    expect(plan).toMatchObject({ update: { subgroups }, forward: { kind: forward } });
  });

  test.each(OTHERS)('%s cannot share layers', (_, gpu) => {
    expect(byNeurons([64, 64], gpu) === undefined).toBe(gpu.adapter.hardware);
    expect(byNeurons([128, 128], gpu)).toBeUndefined();
    expect(whyNotFused(layoutOf([129, 8]), gpu, 8)).toMatch(/wider than 128/);
    const wanted = byNeurons([128, 128], LAVAPIPE);
    expect(choose(wanted, layoutOf([128, 128]), gpu)).toThrow(/subgroups all have 8 lanes/);
  });

  test('need a subgroup for every 64 neurons, and may have more', () => {
    const single = byNeurons([64, 64], LAVAPIPE)!;
    expect(choose(single, layoutOf([64, 65]), LAVAPIPE)).toThrow(/65 neurons need 2 subgroups/);
    const shared = byNeurons([128, 128], LAVAPIPE)!;
    expect(choose(shared, layoutOf([64, 8]), LAVAPIPE)()).toBe(shared);
  });

  test('share no layers where workgroup memory is too small by a byte', () => {
    const layout = layoutOf([256, 8], { headSize: 32 });
    const whyNot = (memory: number) => whyNotFused(layout, deviceWith({ memory }), 8);
    const bytes = leastMemory(2 ** 20, (memory) => whyNot(memory) === undefined);
    // What they exchange: e2 of 64 neurons and 32 outputs for 4 subgroups of 8 lanes.
    expect(bytes).toBeGreaterThanOrEqual(4 * (64 + 32) * 4 * 8);
    const wanted = byNeurons([256, 8], deviceWith({ memory: bytes }))!;
    const less = deviceWith({ memory: bytes - 1 });
    expect(() => choosePlan(wanted, layout, less, undefined)).toThrow(
      `need ${bytes} bytes of workgroup memory, the device has ${bytes - 1}`,
    );
  });
});

describe('forward passes by neurons', () => {
  const forward = { kind: 'lane-per-neuron', samples: 8, lanes: 8 } as const;
  const plan: KernelPlan = { forward, update: LAYERED.update };

  test('take layers that one subgroup holds, padding included', () => {
    expect(problemOf(plan, layoutOf([64, 64]), LAVAPIPE)).toBeUndefined();
    expect(problemOf(plan, layoutOf([64, 65]), LAVAPIPE)).toMatch(/layers of up to 64/);
    const update = { kind: 'lane-per-neuron', samples: 8, lanes: 8, subgroups: 4 } as const;
    expect(problemOf({ forward, update }, LAYOUT, LAVAPIPE)).toMatch(/here padded to 128/);
  });
});

describe('tiled updates', () => {
  const tilesOf = (layout: Layout, gpu: Gpu) =>
    candidatesOf(layout, gpu).filter(({ update }) => update.kind === 'tiled');

  test('are choices on hardware, as many as its workgroup memory holds', () => {
    const most = tilesOf(LAYOUT, HARDWARE);
    expect(most.length).toBeGreaterThan(1);
    for (const plan of most) {
      const on = (memory: number) => deviceWith({ hardware: true, memory });
      const fits = (memory: number) => problemOf(plan, LAYOUT, on(memory)) === undefined;
      const bytes = leastMemory(49152, fits);
      // Both hidden layers of all samples of a tile lie there.
      const { samples } = plan.update as { samples: number };
      expect(bytes).toBeGreaterThan(2 * 64 * 8 * samples * 4);
      expect(tilesOf(LAYOUT, on(bytes))).toContainEqual(plan);
      expect(tilesOf(LAYOUT, on(bytes - 1))).not.toContainEqual(plan);
      expect(choose(plan, LAYOUT, on(bytes - 1))).toThrow(
        `need ${bytes} bytes of workgroup memory, the device has ${bytes - 1}`,
      );
    }
  });

  test('are no choices on software adapters and for wide layers', () => {
    expect(tilesOf(LAYOUT, deviceWith({ memory: 49152 }))).toEqual([]);
    expect(tilesOf(layoutOf([65, 7]), HARDWARE)).toEqual([]);
  });
});

describe('updates by samples', () => {
  test('are a choice for layers that subgroups cannot share', () => {
    const [first] = candidatesOf(layoutOf([128, 128]), SWIFTSHADER);
    expect(first!.update.kind).toBe('lane-per-sample');
  });

  test('take layers of up to 128 neurons', () => {
    const update = { kind: 'lane-per-sample', samples: 2, lanes: 8 } as const;
    const plan: KernelPlan = { forward: LAYERED.forward, update };
    expect(problemOf(plan, layoutOf([128, 8]), LAVAPIPE)).toBeUndefined();
    expect(problemOf(plan, layoutOf([129, 8]), LAVAPIPE)).toMatch(/up to 128/);
  });
});

describe('choosePlan', () => {
  const [usual, other] = candidatesOf(LAYOUT, LAVAPIPE) as [KernelPlan, KernelPlan];

  test('takes what is wanted', () => {
    expect(choosePlan(other, LAYOUT, LAVAPIPE, undefined)).toBe(other);
    expect(choosePlan(LAYERED, LAYOUT, LAVAPIPE, undefined)).toBe(LAYERED);
  });

  test('has the layered kernels where networks are not fused, and refuses fused ones', () => {
    expect(choosePlan(undefined, LAYOUT, LAVAPIPE, 'too odd')).toEqual(LAYERED);
    expect(choosePlan(LAYERED, LAYOUT, LAVAPIPE, 'too odd')).toBe(LAYERED);
    expect(() => choosePlan(usual, LAYOUT, LAVAPIPE, 'too odd')).toThrow(ConfigError);
    expect(() => choosePlan(usual, LAYOUT, LAVAPIPE, 'too odd')).toThrow(/too odd/);
  });

  test('refuses lanes that do not lie in one subgroup', () => {
    expect(choose(usual, LAYOUT, SWIFTSHADER)).toThrow(/8 lanes must lie in one subgroup.* have 4/);
    expect(choose(usual, LAYOUT, WITHOUT_SUBGROUPS)).toThrow(/one subgroup/);
  });

  test('refuses fused updates where the derivative does not follow from the activation', () => {
    expect(choose(usual, layoutOf([64, 64], { activation: 'silu' }), LAVAPIPE)).toThrow(
      /activation has no fused update/,
    );
  });

  test('refuses matrix units where there are none', () => {
    expect(choose(LAYERED_ON_MATRIX_UNITS, LAYOUT, HARDWARE)).toThrow(/no matrix units here/);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'samples',
      { ...usual, update: { ...usual.update, samples: 3 } },
      /has samples 3; allowed are 2, 4, 8/,
    ],
    [
      'lanes',
      { ...usual, forward: { ...usual.forward, lanes: 7 } },
      /has lanes 7; allowed are 4, 8/,
    ],
    ['kinds', { ...usual, update: { kind: 'fast' } }, /there is no update fast/],
    [
      'lanes of broadcasts',
      { ...LAYERED, forward: { kind: 'lane-per-sample', samples: 1, lanes: 64, broadcast: true } },
      /broadcasts take 4 or 8 lanes/,
    ],
  ])('refuses %s that there are not', (_, plan, message) => {
    expect(choose(plan as KernelPlan, LAYOUT, LAVAPIPE)).toThrow(message);
  });
});

test('networks that have no fused kernels say what they lack', () => {
  const outputs = (headSize: number, gpu: Gpu) =>
    whyNotFused(layoutOf([64, 64], { headSize }), gpu, 8);
  expect([outputs(32, LAVAPIPE), outputs(128, HARDWARE)]).toEqual([undefined, undefined]);
  expect(outputs(33, LAVAPIPE)).toMatch(/more than 32 outputs/);
  expect(outputs(129, HARDWARE)).toMatch(/more than 128 outputs/);
  expect(whyNotFused(layoutOf([257, 8]), LAVAPIPE, 8)).toMatch(/wider than 256/);
  const silu = (width: number) => layoutOf([width, 8], { activation: 'silu' });
  expect(whyNotFused(silu(129), LAVAPIPE, 8)).toMatch(/wider than 128/);
  expect(whyNotFused(silu(128), LAVAPIPE, 8)).toBeUndefined();
  expect(whyNotFused(LAYOUT, LAVAPIPE, 17)).toMatch(/17 storage buffers, the device has 16/);
});
