import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_FIELDS } from '../../src/config/fields';
import type { PpoConfig } from '../../src/config/ppo-config';
import { acrobot } from '../../src/environments/acrobot';
import { cartpole } from '../../src/environments/cartpole';
import type { Gpu } from '../../src/gpu/device';
import { LAYERED } from '../../src/network/kernel-plan';
import { type TuningCase, tuningKey } from '../../src/trainer/tuning-key';

const INFO = { vendor: 'v', architecture: 'a', device: 'd', description: 'driver 1.0' };

const UNITS = { M: 8, N: 8, K: 8, lanes: 8 };

interface Described extends Partial<Pick<Gpu, 'unsafeFast' | 'matrixUnits'>> {
  readonly info?: object;
  readonly name?: string;
}

/** The part of a device that a key names. */
function deviceWith({ info = {}, name = 'adapter', ...how }: Described = {}): Gpu {
  const device = { adapterInfo: { ...INFO, ...info } };
  return { adapter: { name }, device, unsafeFast: false, ...how } as unknown as Gpu;
}

const USUAL: TuningCase = {
  gpu: deviceWith(),
  environment: cartpole,
  config: DEFAULT_CONFIG,
  plans: [LAYERED],
};
const keyWith = (changes: Partial<TuningCase>): Promise<string> =>
  tuningKey({ ...USUAL, ...changes });
const configured = (fields: object): Promise<string> =>
  keyWith({ config: { ...DEFAULT_CONFIG, ...fields } });
const usual = await tuningKey(USUAL);

const NAMES = Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[];
const INDIFFERENT = ['seed', 'totalTimesteps', 'maxSkippedUpdates'];
const isCoefficient = (name: keyof PpoConfig): boolean =>
  CONFIG_FIELDS[name].perAgent === true && typeof DEFAULT_CONFIG[name] === 'number';

/** Another value of a field; of a coefficient one that switches it on or off. */
function otherValue(name: keyof PpoConfig): unknown {
  const value = DEFAULT_CONFIG[name];
  if (isCoefficient(name)) return value === 0 ? 1 : 0;
  if (typeof value === 'number') return value + 1;
  if (CONFIG_FIELDS[name].type === 'boolean') return !value;
  if (CONFIG_FIELDS[name].type === 'widths') return [3, 5];
  return CONFIG_FIELDS[name].choices!.find((choice) => choice !== value);
}

describe('tuningKey', () => {
  test('is the same for the same case, and begins with words for people', async () => {
    expect(await keyWith({})).toBe(usual);
    expect(usual).toMatch(/^CartPole-v1 on adapter: [0-9a-f]{64}$/);
  });

  test.each(NAMES.filter((name) => !INDIFFERENT.includes(name)))('tells by %s', async (name) => {
    expect(await configured({ [name]: otherValue(name) })).not.toBe(usual);
  });

  test.each(INDIFFERENT as (keyof PpoConfig)[])('does not tell by %s', async (name) => {
    expect(await configured({ [name]: otherValue(name) })).toBe(usual);
  });

  test.each(NAMES.filter(isCoefficient))('does not tell one %s from another', async (name) => {
    const [one, other] = [await configured({ [name]: 0.25 }), await configured({ [name]: 0.75 })];
    expect(one).toBe(other);
    expect(await configured({ [name]: [0.25, 0.5] })).toBe(one);
    expect(await configured({ [name]: [0.25, 0] })).not.toBe(one);
  });

  test.each<[string, Partial<TuningCase>]>([
    ['another adapter', { gpu: deviceWith({ name: 'other' }) }],
    ['another driver', { gpu: deviceWith({ info: { description: 'driver 1.1' } }) }],
    ['another model', { gpu: deviceWith({ info: { device: 'other' } }) }],
    ['a device without checks', { gpu: deviceWith({ unsafeFast: true }) }],
    ['a device with matrix units', { gpu: deviceWith({ matrixUnits: UNITS }) }],
    ['other plans', { plans: [] }],
    ['another environment', { environment: acrobot }],
    ['another text', { environment: { ...cartpole, shader: `${cartpole.shader}\n` } }],
    ['other parameters', { environment: { ...cartpole, params: { LENGTH: 2 } } }],
    ['another time limit', { environment: { ...cartpole, maxEpisodeSteps: 7 } }],
  ])('tells %s', async (_, changes) => {
    expect(await keyWith(changes)).not.toBe(usual);
  });

  test("does not tell by an environment's defaults, which are in the configuration", async () => {
    expect(await keyWith({ environment: { ...cartpole, defaults: { gamma: 0.5 } } })).toBe(usual);
  });

  test('tells changed kernels, another version and another browser', async () => {
    const keyAgain = async (): Promise<string> => {
      vi.resetModules();
      return (await import('../../src/trainer/tuning-key')).tuningKey(USUAL);
    };
    expect(await keyAgain()).toBe(usual);
    vi.doMock('../../src/shader-sources/common', () => ({ SHADERS: { 'lib/rng': 'changed' } }));
    expect(await keyAgain()).not.toBe(usual);
    vi.doUnmock('../../src/shader-sources/common');
    vi.doMock('../../package.json', () => ({ version: '0.0.0' }));
    expect(await keyAgain()).not.toBe(usual);
    vi.doUnmock('../../package.json');
    vi.stubGlobal('navigator', { userAgent: 'another' });
    expect(await keyAgain()).not.toBe(usual);
    vi.unstubAllGlobals();
    expect(await keyAgain()).toBe(usual);
  });
});
