/** --param: numbers for params that vary. */
import { describe, expect, test } from 'vitest';
import { givenParams } from '../../src/cli/given-params';
import { UsageError } from '../../src/cli/usage-error';
import { drift } from '../environments/drift';
import { SHOWN } from '../environments/varied';

const WORLD = drift(SHOWN, { params: { A: { low: 0, high: 1 }, B: { low: [0, 1], high: 4 } } });
const CONSTANT = drift(SHOWN, { params: { A: { low: 0, high: 1 }, B: 2.5 } });

test('all of them are read as numbers', () => {
  expect(givenParams(['A=0.25', 'B=-1e3'], WORLD)).toEqual({ A: 0.25, B: -1000 });
  expect(givenParams(['A=7'], CONSTANT)).toEqual({ A: 7 });
});

test('without any, episodes draw them', () => {
  expect(givenParams([], WORLD)).toBeUndefined();
});

describe('refused is', () => {
  const refusal = (texts: readonly string[], environment = WORLD): string => {
    try {
      return JSON.stringify(givenParams(texts, environment));
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return (error as Error).message;
    }
  };

  test.each([
    ['A', '--param A: it must be NAME=VALUE with a number, e.g. GRAVITY=9.8'],
    ['=1', '--param =1: it must be NAME=VALUE with a number'],
    ['A=', '--param A=: it must be NAME=VALUE with a number'],
    ['A=high', '--param A=high: it must be NAME=VALUE with a number'],
    ['A=1=2', '--param A=1=2: it must be NAME=VALUE with a number'],
    ['a=1', /^--param a=1: params has a, which is no param of [\w-]+; its params are A, B$/],
    ['A=inf', /^--param A=inf: params\.A must be a number that fits f32 \(0, or of magnitude/],
    ['A=1e-50', /^--param A=1e-50: params\.A must be a number that fits f32/],
  ])('%s', (text, message) => {
    expect(refusal([text])).toMatch(message);
  });

  test('a constant of the run', () => {
    expect(refusal(['B=1'], CONSTANT)).toMatch(
      /^--param B=1: params\.B is a constant of this run, 2\.5; only a param that a run begins with/,
    );
  });

  test('a name that comes twice', () => {
    expect(refusal(['A=1', 'B=2', 'A=1'])).toBe('--param A=1: A is given twice');
  });

  test('all that is wrong at once, a line for each', () => {
    expect(
      refusal(['C=1', 'A=x'])
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(['--param C=1', '--param A=x']);
  });
});
