/** Data tables of a description, as its module reads them and as runs keep them. */
import { describe, expect, test, vi } from 'vitest';
import type { DataTables } from '../../src/environments/data-table';
import { checkedEnvironment } from '../../src/environments/definition';
import { LimitError } from '../../src/gpu/arena';
import type { Gpu } from '../../src/gpu/device';
import { LAYERED } from '../../src/network/kernel-plan';
import { rolloutBindings } from '../../src/rollout/fused-rollout';
import { decodeCheckpoint } from '../../src/trainer/checkpoint';
import { createTrainer } from '../../src/trainer/create-trainer';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import { openTestGpu } from '../support/gpu';
import { allReports, SMALL, smallTrainer } from '../trainer/training';
import { takeOneStep } from './one-step';
import { fullWalk, PRICES, SHIFTS, VOLUMES, WALK, walk } from './prices';

const gpu = await openTestGpu();
/** Kernels of the fused rollout and of the layered one. */
const WIDTHS = [[[4, 3]], [[4]]];
const { PRICES: prices, VOLUMES: volumes, SHIFTS: shifts } = walk().tables!;

describe('in the module', () => {
  test('the functions return the elements, and beyond the end the last one', async () => {
    const places = [0, 1, 2, 3, 4, 5, 900];
    const steps = await takeOneStep(walk(), {
      states: places.map((place) => [place]),
      actions: [places.map(() => 0)],
    });
    const at = (list: number[], place: number): number => list[Math.min(place, list.length - 1)]!;
    for (const [n, place] of places.entries()) {
      expect(steps[n]!.observation[1]).toBe(Math.fround(at(PRICES, place)));
      expect(steps[n]!.observation[2]).toBe(at(VOLUMES, place) % 1000);
      expect(steps[n]!.reward).toBe(Math.fround(at(SHIFTS, place)) * 2 ** -31);
    }
  });

  test.each([
    ['PRICES(place)', 'tables::PRICE(place)', 'module tables has no PRICE; the nearest is PRICES'],
    [
      'PRICES, PRICES_LENGTH',
      'PRICES_LENGTH',
      "unresolved identifier 'PRICES'; import PRICES from tables",
    ],
    ['PRICES(place)', 'PRICES(state.place)', 'type mismatch'],
  ])('%s, written as %s, is one error', async (right, wrong, words) => {
    expect(WALK).toContain(right);
    const environment = walk({ shader: WALK.replace(right, wrong) });
    await expect(smallTrainer({}, environment)).rejects.toThrow(
      new RegExp(`^my/walk\\.wesl:\\d+:\\d+: .*${words}`),
    );
  });

  test('without tables in the description they are one error', async () => {
    const { tables: _, ...plain } = walk();
    await expect(smallTrainer({}, plain)).rejects.toThrow(
      /^my\/walk\.wesl:1:\d+: there is no module tables: the description has no `tables`/,
    );
  });
});

describe('a run', () => {
  test.each(WIDTHS)('of %j goes on from a checkpoint bit for bit', async (hiddenSizes) => {
    const config = { ...SMALL, hiddenSizes, totalTimesteps: 60 * 6 };
    const trainer = await createTrainer({ gpu, environment: walk(), config });
    for await (const { iteration } of trainer) if (iteration === 3) break;
    const checkpoint = await trainer.save();
    await allReports(trainer);
    const resumed = await restoreTrainer({ gpu, checkpoint });
    await allReports(resumed);
    expect(await resumed.parameters()).toEqual(await trainer.parameters());
    expect((await resumed.snapshot()).tensors).toEqual((await trainer.snapshot()).tensors);
    const seeded = { episodes: 5, seed: 3 };
    expect(await resumed.evaluate(seeded)).toEqual(await trainer.evaluate(seeded));
    trainer.destroy();
    resumed.destroy();
  });

  test('has the tables in its checkpoints, but not in their text', async () => {
    const values = Float32Array.from({ length: 5000 }, (_, index) => index / 7);
    const environment = walk({ tables: { ...walk().tables, LONG: { type: 'f32', values } } });
    const trainer = await smallTrainer({}, environment);
    const bytes = await trainer.save();
    trainer.destroy();
    const read = decodeCheckpoint(bytes).environment.tables!;
    expect(read).toEqual(environment.tables);
    expect(read.SHIFTS!.values).toBeInstanceOf(Int32Array);
    expect(read.LONG!.values).toEqual(values);
    const header = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    expect(header).toBeLessThan(15_000);
  });

  test('does not go on with other tables', async () => {
    const trainer = await smallTrainer({}, walk());
    const checkpoint = await trainer.save();
    trainer.destroy();
    const tables = { ...walk().tables, PRICES: { type: 'f32', values: [1, 2] } } as const;
    await expect(
      restoreTrainer({ gpu, checkpoint, environment: walk({ tables }) }),
    ).rejects.toThrow(/differs from that of the checkpoint, Walk-v0, in tables/);
    (await restoreTrainer({ gpu, checkpoint, environment: walk() })).destroy();
  });

  test('plays the same with fused and with layered kernels', async () => {
    const config = { hiddenSizes: [4, 3] };
    const fused = await smallTrainer(config, walk());
    const layered = await smallTrainer(config, walk(), { plan: LAYERED });
    expect(fused.plan.forward.kind).not.toBe('layered');
    const [a, b] = [await allReports(fused), await allReports(layered)];
    expect(a[0]!.agents[0]!.episodes.count).toBeGreaterThan(5);
    expect(b[0]!.agents[0]!.episodes).toEqual(a[0]!.agents[0]!.episodes);
    fused.destroy();
    layered.destroy();
  });
});

test.each([
  ['layered', { hiddenSizes: [4], normObs: true }, 8],
  ['fused', { hiddenSizes: [4, 3] }, rolloutBindings(false, true)],
  ['fused and normalized', { hiddenSizes: [4, 3], normObs: true }, rolloutBindings(true, true)],
])('no kernel of a world with all that there is has more bindings, %s', async (_, config, most) => {
  const spy = vi.spyOn(gpu.device, 'createBindGroupLayout');
  (await smallTrainer(config, fullWalk())).destroy();
  const counts = spy.mock.calls.map(
    ([{ entries }]) => [...entries].filter(({ buffer }) => /storage/.test(buffer!.type!)).length,
  );
  spy.mockRestore();
  expect(Math.max(...counts)).toBe(most);
});

test('more than a binding can hold is refused with both numbers', async () => {
  const limits = { ...limitsOf(gpu), maxStorageBufferBindingSize: 2 ** 22 };
  const device = new Proxy(gpu.device, {
    get: (target, key) => {
      if (key === 'limits') return limits;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const small = Object.create(gpu, { device: { value: device } }) as Gpu;
  const values = new Float32Array(2 ** 20);
  const environment = walk({ tables: { ...walk().tables, LONG: { type: 'f32', values } } });
  const refused = smallTrainer({}, environment, { gpu: small });
  await expect(refused).rejects.toThrow(LimitError);
  const words = 2 ** 20 + PRICES.length + VOLUMES.length + SHIFTS.length;
  await expect(smallTrainer({}, environment, { gpu: small })).rejects.toThrow(
    `data tables [${words}] needs ${4 * words} bytes, but ${gpu.adapter.name} allows 4194304 ` +
      'bytes in one buffer: use smaller tables (tables)',
  );
});

function limitsOf({ device }: Gpu): Record<string, number> {
  const names = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(device.limits)));
  const { limits } = device as { limits: unknown };
  return Object.fromEntries(names.map((name) => [name, (limits as Record<string, number>)[name]!]));
}

describe('a description', () => {
  const refusal = (tables: unknown) => () => checkedEnvironment({ ...walk(), tables });

  test.each<readonly [string, unknown, string]>([
    ['a list', [], 'tables must be an object of tables { type, values }, but it is an empty list'],
    ['a bare array', { A: [1] }, 'tables.A must be an object { type, values }, but it is a list'],
    [
      'no type',
      { A: { values: [1] } },
      'tables.A.type must be "f32", "u32" or "i32", but it is missing',
    ],
    [
      'f16',
      { A: { type: 'f16', values: [1] } },
      'tables.A.type must be "f32", "u32" or "i32", but it is "f16"',
    ],
    [
      'no values',
      { A: { type: 'f32' } },
      'tables.A.values must be an array of at least one number, but it is missing',
    ],
    [
      'nothing',
      { A: { type: 'f32', values: [] } },
      'tables.A.values must be an array of at least one number, but it is an empty list',
    ],
    [
      'NaN',
      { A: { type: 'f32', values: [0, Number.NaN] } },
      'tables.A.values[1] is NaN; it must fit f32 (0, or of magnitude 1.18e-38 to 3.40e+38)',
    ],
    [
      '1e39',
      { A: { type: 'f32', values: [1e39] } },
      'tables.A.values[0] is 1e+39; it must fit f32',
    ],
    [
      '-1 in u32',
      { A: { type: 'u32', values: [1, -1] } },
      'tables.A.values[1] is -1; it must fit u32 (an integer from 0 to 4294967295)',
    ],
    [
      '0.5 in i32',
      { A: { type: 'i32', values: [0.5] } },
      'tables.A.values[0] is 0.5; it must fit i32',
    ],
    ['a text', { A: { type: 'u32', values: ['1'] } }, 'tables.A.values[0] is "1"; it must fit u32'],
    [
      'a stranger',
      { A: { type: 'u32', values: [1], name: 'a' } },
      'tables.A.name is not a known field',
    ],
    [
      'a reserved word',
      { final: { type: 'u32', values: [1] } },
      'tables: "final" is a reserved word of WGSL; choose another name',
    ],
    [
      'the name of a length',
      { A: shifts, A_LENGTH: shifts },
      'tables: "A_LENGTH" is the name of the length of A; choose another name',
    ],
  ])('with %s is refused', (_, tables, words) => {
    expect(refusal(tables)).toThrow(words);
  });

  test('has copies of the arrays', () => {
    const values = [1, 2, 3];
    const tables: DataTables = { A: { type: 'f32', values } };
    const made = walk({ tables });
    values[0] = 9;
    expect(made.tables!.A!.values).toEqual(new Float32Array([1, 2, 3]));
    expect([prices, volumes, shifts].map((table) => table!.values.constructor.name)).toEqual([
      ...['Float32Array', 'Uint32Array', 'Int32Array'],
    ]);
  });
});
