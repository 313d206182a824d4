/** Standard error of the process that opens the device, sorted. */
import { describe, expect, test } from 'vitest';
import { DriverLines, SEARCH_BEGINS, SEARCH_ENDS } from '../../src/cli/driver-lines';

const KNOWN =
  'Warning: maxDynamicUniformBuffersPerPipelineLayout artificially reduced from 1000000 to 16 ' +
  'to fit dynamic offset allocation limit.';

/** What is shown of the text at once, and at the end. */
function sort(text: string): [string, string] {
  const lines = new DriverLines();
  return [lines.take(text), lines.finish()];
}

test('what Dawn always says is never shown', () => {
  const storage = KNOWN.replace('Uniform', 'Storage');
  expect(sort(`${KNOWN}\none\n${storage}\n`)).toEqual(['one\n', '']);
  expect(sort(`${SEARCH_BEGINS}\n${KNOWN}\n`)).toEqual(['', '']);
  expect(sort(`${SEARCH_BEGINS}\n${SEARCH_ENDS}\n${KNOWN}\n`)).toEqual(['', '']);
});

test('everything else is shown, in whatever pieces it arrives', () => {
  const text = `one\n${KNOWN}\n\n  two\n`;
  const lines = new DriverLines();
  const shown = [...text].map((letter) => lines.take(letter)).join('');
  expect(shown).toBe('one\n\n  two\n');
  expect(lines.finish()).toBe('');
});

test('a last line without an end is shown at the end', () => {
  expect(sort('one\nAborted')).toEqual(['one\n', 'Aborted\n']);
});

describe('what drivers say while adapters are looked for', () => {
  const said = `${SEARCH_BEGINS}\nno driver\nno loader\nno driver\n\n`;

  test('is not shown where a device was opened', () => {
    expect(sort(`before\n${said}${SEARCH_ENDS}\nafter\n`)).toEqual(['before\nafter\n', '']);
  });

  test('is shown at the end, each line once, where none was', () => {
    expect(sort(`before\n${said}`)).toEqual([
      'before\n',
      'The drivers said:\n  no driver\n  no loader\n',
    ]);
  });
});
