import { describe, expect, test } from 'vitest';
import { KNOWN_ANSWERS } from './known-answers';
import { mean, populationVariance } from './moments';
import { keyWords, Rng, STREAM, threefry4x32 } from './rng';

describe('threefry4x32', () => {
  test.each(KNOWN_ANSWERS)('encrypts %j under %j as Random123 does', (counter, key, result) => {
    expect(threefry4x32(key, counter)).toEqual(result);
  });
});

describe('Rng', () => {
  const key = { seed: 7, stream: STREAM.act, domain: 0 };

  test('counts draws in the last word of the counter', () => {
    const rng = new Rng(key, 3, 5, 11);
    rng.random4();
    const block = threefry4x32([7, 0, 1, 0], [3, 5, 11, 1]);
    expect(rng.random4()).toEqual(block.map((word) => Math.floor(word / 256) / 2 ** 24));
  });

  test('draws numbers in [0, 1) that are exact in float32', () => {
    const rng = new Rng(key, 0, 0, 0);
    const numbers = Array.from({ length: 1000 }, () => rng.random4()).flat();
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.map(Math.fround)).toEqual(numbers);
  });

  test('splits a large seed into two words', () => {
    expect(keyWords({ seed: 2 ** 32 + 5, stream: 2, domain: 9 })).toEqual([5, 1, 2, 9]);
  });

  test('draws from other blocks in every iteration below 2^48', () => {
    expect(keyWords({ seed: 7, stream: 2, domain: 9 }, 2 ** 48 - 1)).toEqual([7, 0, 0xffff02, 9]);
    const first = [3, 2 ** 32 + 3, 2 ** 33 + 3].map((i) => new Rng(key, i, 5, 11).random());
    expect(new Set(first).size).toBe(3);
  });

  test('makes a normal number of the first two numbers of a block', () => {
    const [u0, u1] = new Rng(key, 3, 5, 11).random4();
    const expected = Math.sqrt(-2 * Math.log(1 - u0)) * Math.cos(2 * Math.PI * u1);
    expect(new Rng(key, 3, 5, 11).normal()).toBe(expected);
  });

  test('draws numbers with the moments of their distributions', () => {
    const rng = new Rng(key, 0, 0, 0);
    const uniforms = Array.from({ length: 20_000 }, () => rng.random());
    const normals = Array.from({ length: 20_000 }, () => rng.normal());
    expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(populationVariance(uniforms) - 1 / 12)).toBeLessThan(0.003);
    expect(Math.abs(mean(normals))).toBeLessThan(0.03);
    expect(Math.abs(populationVariance(normals) - 1)).toBeLessThan(0.04);
  });
});
