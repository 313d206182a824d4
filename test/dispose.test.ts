import { afterEach, expect, test, vi } from 'vitest';
import { cartpole } from '../src/environments/cartpole';
import { GpuError } from '../src/gpu/device';
import { requestNodeGpu } from '../src/node/dawn';
import { createTrainer } from '../src/trainer/create-trainer';
import { TrainerError } from '../src/trainer/lifecycle';
import { SMALL } from './trainer/training';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('using destroys a trainer at the end of its block, then its device', async () => {
  using gpu = await requestNodeGpu();
  const made = async () => {
    using trainer = await createTrainer({ gpu, environment: cartpole, config: SMALL });
    expect(await trainer.parameters()).not.toHaveLength(0);
    return trainer;
  };
  const trainer = await made();
  await expect(trainer.parameters()).rejects.toThrow(TrainerError);
  gpu.check();
  gpu[Symbol.dispose]();
  expect(() => gpu.check()).toThrow(GpuError);
});

test('a platform without Symbol.dispose gets another symbol', async () => {
  const make = Symbol;
  vi.stubGlobal('Symbol', (name: string) => make(name));
  const { DISPOSE } = await import('../src/dispose');
  expect(typeof DISPOSE).toBe('symbol');
  expect(DISPOSE).not.toBe(make.dispose);
});
