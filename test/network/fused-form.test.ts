import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config';
import type { Gpu } from '../../src/gpu/device';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { candidateForms, chooseForm, type FusedForm } from '../../src/network/fused-form';

/** CartPole's networks, 4-64-64-2 and 4-64-64-1. */
const LAYOUT = layoutActorCritic({
  observationSize: 4,
  headSize: 2,
  freeSize: 0,
  hiddenSizes: [64, 64],
  activation: 'tanh',
});
/**
 * Of the actor: 64 rows of 1 quad, 16 quads of biases, 64 rows of 16 quads twice, 64 rows of 1 quad,
 * 1 quad of biases: 2193, up to a multiple of 16, of 16 bytes each.
 */
const BYTES = 2208 * 16;

/** The part of a device that forms depend on. */
function deviceWith(maxUniformBufferBindingSize: number): Gpu {
  const limits = { maxUniformBufferBindingSize };
  return { subgroupSize: 8, device: { limits }, adapter: { hardware: false } } as unknown as Gpu;
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
