/**
 * Descriptions out of untyped code: whatever they hold, nothing but an EnvironmentError comes of
 * them.
 */
import { describe, expect, test } from 'vitest';
import { checkedEnvironment, EnvironmentError } from '../../src/environments/definition';
import { drift } from './drift';

const ODD: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 0.5, 1e300, Number.NaN, -Infinity, 7n, '', 'x', '\u0000'],
  ...[Symbol('s'), () => 1, new Date(), /x/, new Map(), new Uint8Array(2), Promise.resolve(1)],
  ...[[], [undefined], [null], [[]], [{}], ['x'], [1, 'x'], {}, { type: 'box' }, { x: {} }],
  ...[{ type: 'box', low: [{}], high: [[]] }, { type: 'discrete', n: [] }, { type: 'toString' }],
  ...[Object.create(null), Object.create({ type: 'box' }), { __proto__: null, constructor: 1 }],
];

describe('nothing but an EnvironmentError comes of odd values for', () => {
  const keys = Object.keys({
    ...drift(),
    actionMask: 0,
    rewardThreshold: 0,
    params: 0,
    defaults: 0,
  });
  test.each([...keys, 'toString', '__proto__'])('%s', (key) => {
    for (const value of ODD) {
      const described = Object.defineProperty({ ...drift() }, key, { value, enumerable: true });
      try {
        checkedEnvironment(described);
      } catch (error) {
        expect(error).toBeInstanceOf(EnvironmentError);
        expect((error as Error).message).not.toMatch(/\[object|undefined/);
      }
    }
  });
});
