import { describe, expect, test } from 'vitest';
import { groupShape, type ParameterGroup } from '../../src/kernels/parameter-groups';

/** The rate of an element as the shader finds it. */
function rateAt(shape: Record<string, number>, element: number): number {
  return [1, 2, 3].reduce(
    (rate, range) => (element >= shape[`begin_${range}`]! ? shape[`rate_${range}`]! : rate),
    shape.rate_0!,
  );
}

const CASES: [string, ParameterGroup[]][] = [
  ['none', []],
  ['an empty one', [{ begin: 3, end: 3, rate: 1 }]],
  ['one in the middle', [{ begin: 3, end: 5, rate: 1 }]],
  ['one from the beginning', [{ begin: 0, end: 4, rate: 1 }]],
  [
    'neighbours in disorder',
    [
      { begin: 6, end: 9, rate: 2 },
      { begin: 4, end: 6, rate: 1 },
    ],
  ],
  [
    'neighbours of one rate, which are one range',
    [0, 1, 2, 3, 4, 5].map((begin) => ({ begin, end: begin + 1, rate: 1 })),
  ],
];

describe('groups of parameters', () => {
  test.each(CASES)('%s: each element learns at its rate, all others at rate 0', (_, groups) => {
    const shape = groupShape(groups);
    for (let element = 0; element < 12; element += 1) {
      const group = groups.find(({ begin, end }) => begin <= element && element < end);
      expect(rateAt(shape, element)).toBe(group?.rate ?? 0);
    }
  });

  test('that overlap, and more ranges than there is room for, are errors', () => {
    const overlapping = [
      { begin: 0, end: 3, rate: 1 },
      { begin: 2, end: 5, rate: 2 },
    ];
    expect(() => groupShape(overlapping)).toThrow(/within another, at 2/);
    const many = [1, 3, 5].map((begin) => ({ begin, end: begin + 1, rate: 1 }));
    expect(() => groupShape(many)).toThrow(/make 7 ranges, of at most 4/);
  });
});
