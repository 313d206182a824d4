import { expect, test, vi } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { measureCompilation } from '../../src/trainer/compile-times';
import { openTestGpu } from '../support/gpu';
import { stillThere } from '../support/still-there';
import { SMALL, smallTrainer } from './training';

const gpu = await openTestGpu();

test('every kernel of a run is compiled and run once, in turn, and nothing is left', async () => {
  const trainer = await smallTrainer();
  const kernels = new Set(
    [...trainer.run.reset, ...trainer.run.stages].flatMap(({ dispatches }) =>
      dispatches.map(({ kernel }) => kernel),
    ),
  );
  trainer.destroy();

  const buffers = vi.spyOn(gpu.device, 'createBuffer');
  const rows = await measureCompilation({ gpu, environment: cartpole, config: SMALL });
  expect(rows.length).toBe(kernels.size);
  expect(rows[0]!.kernel).toBe('rollout/env-reset');
  for (const { link, create, firstDispatch, nextDispatch } of rows) {
    for (const time of [link, create, firstDispatch, nextDispatch]) expect(time).toBeGreaterThan(0);
  }
  const made = buffers.mock.results.map(({ value }) => value as GPUBuffer);
  expect(await stillThere(gpu, made)).toEqual([]);
});

test('kernels of one shader are told apart by what differs', async () => {
  const rows = await measureCompilation({ gpu, environment: cartpole, config: SMALL });
  const names = rows.map(({ kernel }) => kernel);
  expect(new Set(names).size).toBe(names.length);
});
