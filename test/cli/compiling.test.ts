import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noteCompilation } from '../../src/cli/compiling';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function begin() {
  const lines: string[] = [];
  const end = noteCompilation((text) => lines.push(text), Date.now);
  return { lines, end };
}

test('says nothing of what takes less than two seconds', () => {
  const { lines, end } = begin();
  vi.advanceTimersByTime(1999);
  end();
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual([]);
});

test('says after two seconds, and every ten from then on, how long it has taken', () => {
  const { lines, end } = begin();
  vi.advanceTimersByTime(12_500);
  end();
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual(['compiling kernels, 2 s so far', 'compiling kernels, 12 s so far']);
});
