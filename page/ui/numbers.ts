/** Numbers as people read them. */

/** 215040 as "215,040". */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A number with about three digits; "–" if there is none. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(0)}k`;
  if (size >= 100 || value === 0) return value.toFixed(0);
  if (size >= 1) return value.toFixed(size >= 10 ? 1 : 2);
  return size >= 0.001 ? value.toPrecision(2) : value.toExponential(0);
}

/** A number at an axis whose numbers are `step` apart. */
export function atAxis(value: number, step: number): string {
  if (Math.abs(value) >= 1e4) return short(value);
  const decimals = Math.min(8, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  return value.toFixed(decimals);
}

/** "3.2 s", "1 min 20 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.floor(seconds % 60)} s`;
}
