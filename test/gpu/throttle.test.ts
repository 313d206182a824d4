import { expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { Throttle } from '../../src/gpu/throttle';

const BATCH_DISPATCHES = 2 ** 15;

/** A device whose work is done when the test says so. */
function slowDevice() {
  const ends: (() => void)[] = [];
  const idle = () => new Promise<void>((resolve) => ends.push(resolve));
  return { gpu: { idle } as unknown as Gpu, ends };
}

test('a host that submits little never waits', () => {
  const { gpu, ends } = slowDevice();
  const throttle = new Throttle(gpu);
  for (let i = 1; i < 2 ** 5; i++) expect(throttle.submitted(2 ** 10)).toBeUndefined();
  expect(ends.length).toBe(0);
});

test('a host that submits much waits until all but the latest batch has run', async () => {
  const { gpu, ends } = slowDevice();
  const throttle = new Throttle(gpu);
  // There is no batch before the first.
  await throttle.submitted(BATCH_DISPATCHES);
  let went = false;
  const second = throttle.submitted(BATCH_DISPATCHES)!.then(() => {
    went = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(went).toBe(false);
  ends[0]!();
  await second;
  expect(went).toBe(true);
  expect(ends.length).toBe(2);
  expect(throttle.waited).toBeGreaterThan(0);
});
