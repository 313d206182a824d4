/** Measurements as one Markdown table: a row per workload and subject, a column per quantity. */
import type { Measurement } from './results';

/** Three significant digits, or all of those before the point. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(6, Math.max(0, 2 - size));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** Median, and lowest … highest if there is more than one sample; counts stay integers. */
export function formatSpread({ median, low, high, samples }: Measurement): string {
  const whole = samples.every(Number.isInteger);
  const format = (value: number): string =>
    whole && Number.isInteger(value) ? value.toLocaleString('en-US') : formatFigure(value);
  const middle = format(median);
  return samples.length === 1 ? middle : `${middle} (${format(low)} … ${format(high)})`;
}

/** Heading of a measurement's column. */
const columnOf = ({ quantity, unit }: Measurement): string => `${quantity} [${unit}]`;
const rowOf = ({ workload, subject }: Measurement): string => JSON.stringify([workload, subject]);

/**
 * Rows and columns come in the order in which they are met; a cell without a measurement is empty.
 */
export function formatMeasurements(measurements: readonly Measurement[]): string {
  const columns = [...new Set(measurements.map(columnOf))];
  const rows = new Map<string, Map<string, string>>();
  for (const one of measurements) {
    const row = rows.get(rowOf(one)) ?? new Map<string, string>();
    rows.set(rowOf(one), row.set(columnOf(one), formatSpread(one)));
  }
  const body = [...rows].map(([key, cells]) => [
    ...(JSON.parse(key) as string[]),
    ...columns.map((column) => cells.get(column) ?? ''),
  ]);
  return markdownTable([['workload', 'subject', ...columns], ...body]);
}

/** The first row is the head; columns are padded, so that it reads in a terminal too. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n');
}
