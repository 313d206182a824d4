import { test } from 'vitest';
import { expectClose } from '../reference/expect-close';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';
import { average } from './average';
import shader from './average.wesl';

const runtime = await openRuntime({ 'kernels/average': shader });

test.each([
  [1, 1],
  [3, 65],
  [2, 1027],
])('the average of %d agents with %d parameters each', async (agents, count) => {
  const [now, before] = [randomFloats(agents * count, 1), randomFloats(agents * count, 2)];
  const parameters = floats(runtime, [agents, count], now);
  const averages = floats(runtime, [agents, count], before);
  await runDispatches(runtime, [average(runtime, { parameters, averages, rate: 0.25 })]);
  const expected = before.map((value, p) => value + 0.25 * (now[p]! - value));
  expectClose(await readFloats(runtime, averages), expected, 1e-6, 1);
});
