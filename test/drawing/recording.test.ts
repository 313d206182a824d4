import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import type { Ending, Frame } from '../../src/drawing/frames';
import { pace, recordGif, recordSheet } from '../../src/drawing/recording';
import type { View } from '../../src/environments/drawing';
import { decodeGif } from './decode-gif';

/** A bar that is as long as there were steps, of 100. */
function frame(step: number, ending?: Ending, view?: View): Frame {
  const all = view ?? { left: 0, right: 100, bottom: 0, top: 20 };
  const points = [
    [0, 0],
    [step, 0],
    [step, 10],
    [0, 10],
  ] as const;
  return {
    drawing: { view: all, shapes: [{ type: 'polygon', points, color: 'body' }] },
    ...{ episode: 0, step, sum: step, played: undefined, ending },
  };
}

const episode = (length: number): Frame[] => [
  ...Array.from({ length }, (_, step) => frame(step)),
  frame(length, 'terminated'),
];

/** How long the bar of each frame is, by the lowest row of pixels. */
const lengths = (file: Uint8Array): number[] => {
  const { width, height, frames } = decodeGif(file);
  return frames.map(({ shown }) => {
    const row = shown.slice((height - 1) * width * 3);
    return row.filter((value, index) => index % 3 === 0 && value < 128).length;
  });
};

describe('is refused', () => {
  const frames = episode(3);
  const flat = [frame(0, undefined, { left: 0, right: 1, bottom: 0, top: 10_000 })];
  test.each<readonly [string, () => unknown, string]>([
    ['nothing', () => recordGif([], { width: 9, stepsPerSecond: 9 }), 'there are no frames'],
    ['a sheet of nothing', () => recordSheet([], { width: 9 }), 'there are no frames'],
    [
      'a rate of 0',
      () => recordGif(frames, { width: 9, stepsPerSecond: 0 }),
      'stepsPerSecond is 0; it must be finite and above 0',
    ],
    [
      'half a pixel',
      () => recordGif(frames, { width: 9.5, stepsPerSecond: 9 }),
      'width is 9.5; it must be an integer from 1 to 65535',
    ],
    [
      'a sheet without width',
      () => recordSheet(frames, { width: 0 }),
      'width is 0; it must be an integer from 1 to 65535',
    ],
    [
      'a picture too high for its width',
      () => recordGif(flat, { width: 360, stepsPerSecond: 9 }),
      'a view 1 wide and 10000 high has 3600000 rows at a width of 360; at most 65535 are possible',
    ],
  ])('%s', (_, record, message) => {
    expect(record).toThrow(RangeError);
    expect(record).toThrow(message);
  });
});

test('the slowest picture stays as long as a GIF can say', () => {
  expect(pace(0.001)).toEqual({ every: 1, delay: 655_350 });
});

describe('a moving picture', () => {
  const options = { width: 100, stepsPerSecond: 10 };

  test('has the proportions of the view and all states of a slow episode', () => {
    const file = recordGif(episode(5), options);
    const { width, height, frames } = decodeGif(file);
    expect([width, height]).toEqual([100, 20]);
    expect(lengths(file)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(frames.map(({ hundredths }) => hundredths)).toEqual([10, 10, 10, 10, 10, 120]);
  });

  test('leaves out states of a fast one, but not the last', () => {
    const file = recordGif(episode(7), { ...options, stepsPerSecond: 50 });
    expect(lengths(file)).toEqual([0, 2, 4, 6, 7]);
    expect(decodeGif(file).frames[0]!.hundredths).toBe(4);
  });

  test('stays at the end of an episode before the next', () => {
    const file = recordGif([...episode(1), ...episode(2)], options);
    // 1.2 s of 0.1 s each.
    expect(lengths(file)).toEqual([0, ...Array.from({ length: 12 }, () => 1), 0, 1, 2]);
  });

  test.each([
    [50, { every: 2, delay: 40 }],
    [30, { every: 1, delay: 30 }],
    [15, { every: 1, delay: 70 }],
    [1, { every: 1, delay: 1000 }],
    [1000, { every: 30, delay: 30 }],
  ])('shows %d steps per second', (rate, expected) => {
    expect(pace(rate)).toEqual(expected);
  });
});

describe('a sheet has as many pictures side by side as their proportions suggest', () => {
  const sizeOf = (top: number): number[] => {
    const view = { left: 0, right: 100, bottom: 0, top };
    const frames = Array.from({ length: 40 }, (_, step) => frame(step, undefined, view));
    const { width, height } = decode(recordSheet(frames, { width: 50 }));
    return [width, height];
  };

  test.each([
    // 3 × 5, 4 × 4 and 5 × 3 pictures with 2 pixels between them.
    ['wide', 20, [3 * 52 - 2, 5 * 12 - 2]],
    ['broad', 50, [4 * 52 - 2, 4 * 27 - 2]],
    ['square', 100, [5 * 52 - 2, 3 * 52 - 2]],
  ])('%s', (_, top, size) => {
    expect(sizeOf(top)).toEqual(size);
  });

  test('and as many as there are states, if these are few', () => {
    const { width, height } = decode(recordSheet(episode(4), { width: 50 }));
    expect([width, height]).toEqual([3 * 52 - 2, 2 * 12 - 2]);
  });
});
