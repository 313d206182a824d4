import { describe, expect, test } from 'vitest';
import type { Activation } from '../../src/config/choices';
import { ConfigError } from '../../src/config/config-error';
import type { Gpu } from '../../src/gpu/device';
import { layoutActorCritic } from '../../src/network/actor-critic';
import {
  candidateForms,
  chooseForm,
  type FusedForm,
  fusedObstacle,
} from '../../src/network/fused-form';

/** CartPole's networks, e.g. 4-64-64-2 and 4-64-64-1. */
const layoutOf = (
  hiddenSizes: readonly number[],
  { activation = 'tanh', headSize = 2 }: { activation?: Activation; headSize?: number } = {},
) => layoutActorCritic({ observationSize: 4, headSize, freeSize: 0, hiddenSizes, activation });
const LAYOUT = layoutOf([64, 64]);
/**
 * Of the actor: 64 rows of 1 quad, 16 quads of biases, 64 rows of 16 quads twice, 64 rows of 1 quad,
 * 1 quad of biases: 2193, up to a multiple of 16, of 16 bytes each.
 */
const BYTES = 2208 * 16;

/** The part of a device that forms depend on. */
function deviceWith(
  maxUniformBufferBindingSize: number,
  rest: Partial<Gpu> = {},
  maxComputeWorkgroupStorageSize = 16384,
): Gpu {
  const limits = {
    ...{ maxUniformBufferBindingSize, maxStorageBuffersPerShaderStage: 16 },
    maxComputeWorkgroupStorageSize,
  };
  const adapter = { hardware: false };
  const subgroups = { subgroupSize: 8, subgroupsVary: false };
  return { ...subgroups, device: { limits }, adapter, ...rest } as unknown as Gpu;
}

const weightsOf = (gpu: Gpu): readonly string[] =>
  candidateForms(LAYOUT, gpu).map(({ weights }) => weights);

const uniformForm = candidateForms(LAYOUT, deviceWith(BYTES)).find(
  ({ weights }) => weights === 'uniform',
) as FusedForm;

describe('weights in uniform memory', () => {
  test('are a candidate where the larger network fits', () => {
    expect(weightsOf(deviceWith(BYTES))).toContain('uniform');
  });

  test('are none where it is a byte too large; all others stay', () => {
    const all = weightsOf(deviceWith(BYTES));
    expect(weightsOf(deviceWith(BYTES - 1))).toEqual(all.filter((place) => place !== 'uniform'));
  });

  test('are refused with both sizes where they do not fit', () => {
    const choose = (gpu: Gpu) => chooseForm(uniformForm, undefined, LAYOUT, gpu);
    expect(choose(deviceWith(BYTES))).toBe(uniformForm);
    expect(() => choose(deviceWith(BYTES - 1))).toThrow(ConfigError);
    expect(() => choose(deviceWith(BYTES - 1))).toThrow(/takes 35328 bytes.* binds 35327/);
  });
});

describe('wide networks by neurons', () => {
  const LAVAPIPE = deviceWith(65536);
  const OTHERS: [string, Gpu][] = [
    ['larger subgroups', deviceWith(65536, { subgroupSize: 16 })],
    ['subgroups of several sizes', deviceWith(65536, { subgroupsVary: true })],
    ['hardware', deviceWith(65536, { adapter: { ...LAVAPIPE.adapter, hardware: true } })],
  ];
  const byNeurons = (hidden: number[], gpu: Gpu) =>
    candidateForms(layoutOf(hidden), gpu).find(({ update }) => update === 'neurons');

  test.each([
    [[64, 64], 1, 'neurons'],
    [[65, 3], 2, 'samples'],
    [[128, 128], 2, 'samples'],
    [[3, 129], 3, 'layered'],
    [[256, 256], 4, 'layered'],
  ])('%j are shared by %d teams, with forward passes by %s', (hidden, teams, forward) => {
    expect(fusedObstacle(layoutOf(hidden), LAVAPIPE, 8)).toBeUndefined();
    expect(byNeurons(hidden, LAVAPIPE)).toMatchObject({ teams, forward });
  });

  test.each(OTHERS)('%s cannot be teams', (_, gpu) => {
    expect(byNeurons([64, 64], gpu) === undefined).toBe(gpu.adapter.hardware);
    expect(byNeurons([128, 128], gpu)).toBeUndefined();
    expect(fusedObstacle(layoutOf([129, 8]), gpu, 8)).toMatch(/wider than 128/);
    expect(candidateForms(layoutOf([129, 8]), gpu)).toEqual([]);
    const wanted = byNeurons([128, 128], LAVAPIPE);
    const choose = () => chooseForm(wanted, undefined, layoutOf([128, 128]), gpu);
    expect(choose).toThrow(/subgroups all have 8 lanes/);
  });

  test.each(['tanh', 'silu'] as const)('are no choice on hardware, with %s', (activation) => {
    const [, hardware] = OTHERS.find(([name]) => name === 'hardware')!;
    const forms = candidateForms(layoutOf([64, 64], { activation }), hardware);
    expect(forms.length).toBeGreaterThan(0);
    expect(forms.flatMap(({ forward, update }) => [forward, update])).not.toContain('neurons');
    expect(forms.map(({ handedOut }) => handedOut)).not.toContain(true);
  });

  test('cannot be played by neurons where they need teams, or have some', () => {
    const played = { ...byNeurons([64, 64], LAVAPIPE)!, update: 'samples' } as const;
    const choose = (form: FusedForm, hidden: number[]) => () =>
      chooseForm(form, undefined, layoutOf(hidden), LAVAPIPE);
    expect(choose(played, [64, 64])()).toEqual(played);
    expect(choose(played, [64, 65])).toThrow(/layers of up to 64 and one team/);
    expect(choose({ ...played, teams: 2 }, [64, 64])).toThrow(/layers of up to 64 and one team/);
  });

  test('are none where workgroup memory is too small by a number', () => {
    // 4 teams of 8 lanes exchange 64 neurons and 32 outputs: 384 bytes for each lane.
    const layout = layoutOf([256, 8], { headSize: 32 });
    const [most, less] = [12288, 12287].map((bytes) => deviceWith(65536, {}, bytes));
    expect(fusedObstacle(layout, most!, 8)).toBeUndefined();
    expect(fusedObstacle(layout, less!, 8)).toMatch(/wider than 128/);
    const wanted = byNeurons([256, 8], most!);
    const choose = () => chooseForm(wanted, undefined, layout, less!);
    expect(choose).toThrow(/need 12288 bytes of workgroup memory.* 12287/);
  });

  test('are not shared because of their outputs, of which there may be 32, on a GPU 128', () => {
    const many = (headSize: number) => layoutOf([64, 64], { headSize });
    expect(candidateForms(many(32), LAVAPIPE)[0]).toMatchObject({ update: 'neurons', teams: 1 });
    expect(fusedObstacle(many(32), LAVAPIPE, 8)).toBeUndefined();
    expect(fusedObstacle(many(33), LAVAPIPE, 8)).toMatch(/more than 32 outputs/);
    const adapter = { ...LAVAPIPE.adapter, hardware: true };
    const hardware = { ...LAVAPIPE, adapter } as Gpu;
    expect(fusedObstacle(many(128), hardware, 8)).toBeUndefined();
    expect(fusedObstacle(many(129), hardware, 8)).toMatch(/more than 128 outputs/);
  });

  test('are refused in fewer teams than they need, as they would take minutes to compile', () => {
    const alone = byNeurons([64, 64], LAVAPIPE);
    const choose = () => chooseForm(alone, undefined, layoutOf([128, 8]), LAVAPIPE);
    expect(choose).toThrow(/layers of 128 neurons need 2 teams/);
    const shared = byNeurons([128, 128], LAVAPIPE);
    expect(chooseForm(shared, undefined, layoutOf([64, 8]), LAVAPIPE)).toBe(shared);
  });

  test('wider ones, and wide ones whose update is layered, have no fused kernels', () => {
    expect(fusedObstacle(layoutOf([257, 8]), LAVAPIPE, 8)).toMatch(/wider than 256/);
    expect(fusedObstacle(layoutOf([129, 8], { activation: 'silu' }), LAVAPIPE, 8)).toMatch(
      /wider than 128/,
    );
    expect(fusedObstacle(layoutOf([128, 8], { activation: 'silu' }), LAVAPIPE, 8)).toBeUndefined();
  });
});

describe('tiles of samples', () => {
  const adapter = { hardware: true } as Gpu['adapter'];
  const gpuWith = (bytes: number) => deviceWith(65536, { adapter }, bytes);
  const tilesOf = (hidden: number[], gpu: Gpu) =>
    candidateForms(layoutOf(hidden), gpu)
      .filter(({ update }) => update === 'tiles')
      .map(({ lanes, updateSamples }) => [lanes, updateSamples]);
  /**
   * 32 samples, 128 lanes: two layers of 64 rows and 4 rows of inputs, each of 9 quads of 16 bytes; 2 rows
   * of 32 outputs and 8 sums for each lane, each of 4.
   */
  const BYTES_OF_TILE = 132 * 9 * 16 + 4 * (2 * 32 + 8 * 128);

  test('are choices on hardware, as many as its workgroup memory holds', () => {
    expect(tilesOf([64, 64], gpuWith(49152))).toEqual([
      [128, 4],
      [64, 8],
    ]);
    expect(tilesOf([64, 64], gpuWith(BYTES_OF_TILE))).toEqual([[128, 4]]);
    expect(tilesOf([64, 64], gpuWith(BYTES_OF_TILE - 1))).toEqual([]);
    expect(tilesOf([65, 7], gpuWith(49152))).toEqual([]);
    expect(tilesOf([64, 64], deviceWith(65536, {}, 49152))).toEqual([]);
  });

  test('are none where the derivative does not follow from the activation', () => {
    const forms = candidateForms(layoutOf([64, 64], { activation: 'silu' }), gpuWith(49152));
    expect(forms.map(({ update }) => update)).toEqual(['layered']);
  });

  test('are refused where they do not fit, and in sizes that they do not have', () => {
    const [form] = candidateForms(LAYOUT, gpuWith(49152)) as [FusedForm];
    const choose = (changes: Partial<FusedForm>, gpu: Gpu) => () =>
      chooseForm({ ...form, ...changes }, undefined, LAYOUT, gpu);
    expect(choose({}, gpuWith(BYTES_OF_TILE))()).toEqual(form);
    expect(choose({}, gpuWith(BYTES_OF_TILE - 1))).toThrow(
      /tiles of 32 samples need 23360 bytes of workgroup memory, the device has 23359/,
    );
    expect(choose({ updateSamples: 2 }, gpuWith(49152))).toThrow(/4 or 8 samples/);
    expect(choose({ handedOut: true }, gpuWith(49152))).toThrow(/hand no weights round/);
    expect(choose({ lanes: 8 }, gpuWith(49152))).toThrow(/32, 64, 128 lanes/);
  });
});

describe('chooseForm', () => {
  const gpu = deviceWith(65536);

  test('takes what is wanted, and the usual form where nothing is', () => {
    const [usual, other] = candidateForms(LAYOUT, gpu) as [FusedForm, FusedForm];
    expect(chooseForm(undefined, undefined, LAYOUT, gpu)).toEqual(usual);
    expect(chooseForm(other, undefined, LAYOUT, gpu)).toBe(other);
    expect(chooseForm('layered', undefined, LAYOUT, gpu)).toBeUndefined();
  });

  test('has the layered kernels where there is an obstacle, and refuses fused ones', () => {
    expect(chooseForm(undefined, 'too odd', LAYOUT, gpu)).toBeUndefined();
    expect(chooseForm('layered', 'too odd', LAYOUT, gpu)).toBeUndefined();
    expect(() => chooseForm(uniformForm, 'too odd', LAYOUT, gpu)).toThrow(/too odd/);
  });
});
