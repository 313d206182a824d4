/** How a run ends: by its length, by `stop`, by leaving the loop, by a lost device. */
import { expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { GpuError } from '../../src/gpu/device';
import { requestNodeGpu } from '../../src/node/dawn';
import { createTrainer } from '../../src/trainer/create-trainer';
import { allReports, SMALL, smallTrainer } from './training';

const LONG = { totalTimesteps: 1000 * 60 };

test('a run lasts as many iterations as its steps need, the last one whole', async () => {
  const trainer = await smallTrainer({ totalTimesteps: 2 * 60 + 1 });
  const reports = await allReports(trainer);
  expect(reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
  expect(reports.map(({ timesteps }) => timesteps)).toEqual([60, 120, 180]);
  expect(reports.every(({ iterations }) => iterations === 3)).toBe(true);
  const [seconds] = reports.map((report) => report.seconds);
  expect(seconds).toBeGreaterThan(0);
  expect(reports[2]!.seconds).toBeGreaterThanOrEqual(seconds!);
  expect(reports[2]!['charts/SPS']).toBeGreaterThan(0);
  expect(reports.every((report) => report['charts/host_milliseconds'] > 0)).toBe(true);
  expect(await allReports(trainer)).toEqual([]);
  trainer.destroy();
});

test('stop ends the run after the iterations in flight', async () => {
  const trainer = await smallTrainer(LONG);
  let last = 0;
  for await (const { iteration } of trainer) {
    last = iteration;
    if (iteration === 4) trainer.stop();
  }
  // At most as many as the readback ring holds.
  expect(last).toBeGreaterThanOrEqual(4);
  expect(last).toBeLessThanOrEqual(7);
  expect(await allReports(trainer)).toEqual([]);
  trainer.destroy();
});

test('stop before the first iteration leaves nothing to do', async () => {
  const trainer = await smallTrainer(LONG);
  trainer.stop();
  expect(await allReports(trainer)).toEqual([]);
  trainer.destroy();
});

test('leaving the loop and coming back loses no iteration', async () => {
  const trainer = await smallTrainer({ totalTimesteps: 5 * 60 });
  const seen: number[] = [];
  for await (const { iteration } of trainer) {
    seen.push(iteration);
    if (iteration === 2) break;
  }
  for await (const { iteration } of trainer) seen.push(iteration);
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  trainer.destroy();
});

test('a device that is lost in the middle ends the loop with a GpuError', async () => {
  const gpu = await requestNodeGpu();
  const trainer = await createTrainer({
    gpu,
    environment: cartpole,
    config: { ...SMALL, ...LONG },
  });
  let last = 0;
  const run = async (): Promise<void> => {
    for await (const { iteration } of trainer) {
      last = iteration;
      if (iteration === 3) gpu.device.destroy();
    }
  };
  const failure: unknown = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(GpuError);
  expect((failure as GpuError).message).toMatch(/^the device was lost \(destroyed\)/);
  expect((failure as GpuError).message).toContain(gpu.adapter.name);
  expect(last).toBeLessThanOrEqual(6);
  await expect(trainer.evaluate()).rejects.toBeInstanceOf(GpuError);
});
