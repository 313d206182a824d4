import { expect, test } from 'vitest';
import { encodeEvent } from '../../src/formats/tensorboard-event';
import { readEvent } from './read-events';

test('the first event of a file, byte for byte', () => {
  const event = encodeEvent({ wallTime: 1, step: 0, content: 'version' });
  // Field 1 as a double (1.0), field 3 as 13 bytes of text; a step of 0 is left out.
  const text = [...new TextEncoder().encode('brain.Event:2')];
  const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f];
  expect([...event]).toEqual([0x09, ...one, 0x1a, 13, ...text]);
});

test('a scalar at a step, byte for byte', () => {
  const content = [{ tag: 'a', scalar: 1.5 }];
  const event = encodeEvent({ wallTime: 1, step: 300, content });
  const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f];
  const value = [0x0a, 1, 0x61, 0x15, 0, 0, 0xc0, 0x3f];
  expect([...event]).toEqual([0x09, ...one, 0x10, 0xac, 0x02, 0x2a, 10, 0x0a, 8, ...value]);
});

test('steps beyond 32 bits', () => {
  const step = 2 ** 48;
  expect(readEvent(encodeEvent({ wallTime: 0, step, content: [] })).step).toBe(step);
});

test('a restart has the status START', () => {
  const event = readEvent(encodeEvent({ wallTime: 2, step: 7, content: 'start' }));
  expect(event).toMatchObject({ wallTime: 2, step: 7, status: 1, values: [] });
});

test('text is a tensor of one string for the text plug-in', () => {
  const content = [{ tag: 't/text_summary', text: '|ä|\n' }];
  const { values } = readEvent(encodeEvent({ wallTime: 0, step: 0, content }));
  expect(values).toEqual([{ tag: 't/text_summary', text: '|ä|\n', plugin: 'text' }]);
});

test('a histogram keeps its buckets', () => {
  const histogram = {
    ...{ min: -1, max: 3, count: 5, sum: 4, sumOfSquares: 14 },
    ...{ limits: [1, 3], counts: [2, 3] },
  };
  const content = [{ tag: 'h', histogram }];
  const { values } = readEvent(encodeEvent({ wallTime: 0, step: 0, content }));
  const expected = { min: -1, max: 3, num: 5, sum: 4, sumSquares: 14 };
  expect(values[0]!.histogram).toEqual({ ...expected, limits: [1, 3], counts: [2, 3] });
});
