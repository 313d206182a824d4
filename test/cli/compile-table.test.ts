import { expect, test } from 'vitest';
import { formatCompileTimes } from '../../src/cli/compile-table';

test('a table has a row per kernel, in milliseconds, and their sums', () => {
  const kernels = [
    { kernel: 'rollout/act', link: 1.25, create: 10, firstDispatch: 1000, nextDispatch: 0.5 },
    { kernel: 'kernels/adam A=1', link: 2, create: 0.04, firstDispatch: 20, nextDispatch: 0.25 },
  ];
  const text = formatCompileTimes({ environment: 'Tiny-v0', adapter: 'pipe', kernels });
  expect(text.split('\n').slice(3)).toEqual([
    'kernel            link  create  first dispatch  next dispatch',
    'rollout/act        1.3    10.0          1000.0            0.5',
    'kernels/adam A=1   2.0     0.0            20.0            0.3',
    'sum                3.3    10.0          1020.0            0.8',
  ]);
  expect(text).toMatch(/^Tiny-v0 on pipe: milliseconds/);
});
