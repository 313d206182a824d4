import { expect, test } from 'vitest';
import { parsePrototype } from '../../../bench/support/prototype';

test('a run that has solved its task', () => {
  const line =
    'N256 T32 seed1 S4 TJ2 splittrue lr0.005: SOLVED after 29 iters, 237568 steps, 2.91 s from ' +
    'process ' +
    'start (compile 799 ms), 131.4k env steps/s steady, 62.3 ms/iter, last mean 475.6';
  expect(parsePrototype(`it 1\n${line}\n`)).toEqual({
    solved: true,
    steps: 237_568,
    rate: 131_400,
    meanReturn: 475.6,
  });
});

test('a run that has not counts its steps all the same', () => {
  const line =
    'N1024 T32 seed1 S4 TJ2 splittrue lr0.001: not solved after 0 iters, 1310720 steps, 8.41 s ' +
    'from process ' +
    'start (compile 799 ms), 175.3k env steps/s steady, 186.9 ms/iter, last mean NaN';
  expect(parsePrototype(line)).toEqual({
    solved: false,
    steps: 1_310_720,
    rate: 175_300,
    meanReturn: Number.NaN,
  });
});

test('anything else is repeated in the error', () => {
  expect(() => parsePrototype('ERR no subgroups')).toThrow(/did not say .*\nERR no subgroups/);
});
