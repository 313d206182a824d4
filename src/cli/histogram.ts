/** A histogram in text: one bar per interval. */
import { rangeOf } from '../logging/summarize-values';
import { formatInteger, formatNumber } from './numbers';
import { formatTable } from './table';

const BINS = 10;
const BAR = 40;
/** Eighths of a character, from the left. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** The finite values in equal intervals; one line if all are the same. */
export function formatHistogram(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const left = values.length - finite.length;
  const rest = left > 0 ? `\n${formatInteger(left)} are not finite` : '';
  if (finite.length === 0) return `no values${rest}`;
  const [low, high] = rangeOf(finite);
  if (low === high) return `all ${formatInteger(finite.length)} are ${formatNumber(low, 1)}${rest}`;
  const width = (high - low) / BINS;
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of finite) counts[Math.min(BINS - 1, Math.floor((value - low) / width))]! += 1;
  const most = Math.max(...counts);
  const rows = counts.map((count, bin) => [
    `${formatNumber(low + bin * width, 1)} …`,
    formatNumber(low + (bin + 1) * width, 1),
    formatInteger(count),
    bar((BAR * count) / most),
  ]);
  return formatTable(rows, [0, 1, 2]) + rest;
}

/** @param length in characters; a value above 0 shows at least a trace */
function bar(length: number): string {
  const eighths = length > 0 ? Math.max(1, Math.round(8 * length)) : 0;
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}
