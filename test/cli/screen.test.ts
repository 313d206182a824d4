import { expect, test } from 'vitest';
import { Screen } from '../../src/cli/screen';
import { Recorder } from './reports';

test('each picture replaces the one before, however high that was', () => {
  const stream = new Recorder(true, 20, 10);
  const screen = new Screen(stream);
  screen.show(['a', 'b', 'c']);
  screen.show(['d']);
  screen.show(['e', 'f']);
  screen.end();
  screen.end();
  expect(stream.text).toBe(
    '\x1b[?25la\x1b[K\nb\x1b[K\nc\x1b[K\n\x1b[J' +
      '\x1b[3A\rd\x1b[K\n\x1b[J' +
      '\x1b[1A\re\x1b[K\nf\x1b[K\n\x1b[J' +
      '\x1b[?25h',
  );
});

test('what is too high for the terminal is cut, since it could not be replaced', () => {
  const stream = new Recorder(true, 20, 3);
  const screen = new Screen(stream);
  expect(screen.size).toEqual({ columns: 19, rows: 2 });
  screen.show(['a', 'b', 'c']);
  screen.show(['d']);
  expect(stream.text).not.toContain('c');
  expect(stream.text).toContain('\x1b[2A\rd');
});

test('after an end it begins anew', () => {
  const stream = new Recorder(true);
  const screen = new Screen(stream);
  screen.show(['a']);
  screen.end();
  screen.show(['b']);
  expect(stream.text.slice(stream.text.indexOf('\x1b[?25h'))).toBe(
    '\x1b[?25h\x1b[?25lb\x1b[K\n\x1b[J',
  );
});
