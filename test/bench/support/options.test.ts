import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../../bench/support/options';

const BENCHES = ['training', 'compare', 'against'];
const parse = (...argv: string[]) => parseOptions(argv, BENCHES, { LOCKSTEP_PROTOTYPE: '/there' });

test('without a word everything has its default', () => {
  expect(parse()).toMatchObject({ benches: [], quick: false, seconds: 4, seeds: 5, device: 'cpu' });
});

test('quick measures less, unless it is told how much', () => {
  expect(parse('--quick')).toMatchObject({ seconds: 1, seeds: 1 });
  expect(parse('--quick', '--seconds', '3')).toMatchObject({ seconds: 3 });
});

test('our kernels are the usual ones unless they shall be measured first', () => {
  expect(parse().tune).toBe(false);
  expect(parse('--tune').tune).toBe(true);
});

test('words are benches, and lists are numbers', () => {
  const options = parse('compare', 'training', '--envs', '64,1024');
  expect(options).toMatchObject({ benches: ['compare', 'training'], envs: [64, 1024] });
});

test('the folder of the prototype comes from the flag, else from the environment', () => {
  expect(parse().prototype).toBe('/there');
  expect(parse('--prototype', '/here').prototype).toBe('/here');
});

describe('one error names what is wrong and what is allowed', () => {
  test.each([
    [['speed'], 'unknown bench "speed": there is training, compare, against'],
    [['--env', '64'], /^Unknown option '--env'; allowed are --quick, .*--envs/],
    [['--envs', '64,x'], '--envs x: whole numbers from 1 on are allowed'],
    [['--seeds', '0'], '--seeds 0: whole numbers from 1 on are allowed'],
    [['--seeds'], /^Option '--seeds <value>' argument missing; allowed are --quick/],
    [['--device', 'tpu'], '--device tpu: allowed are cpu, cuda'],
    [['against'], 'against: say with which commit to compare, as in --base HEAD~1'],
    [['--quick', '--record'], /quick figures are not recorded/],
  ])('%j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});
