/** Formats numbers for the user. */

/** 215040 as "215,040". */
export function formatInteger(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** 54210 as "54.2k", 1200000 as "1.20M"; "-" if there is none. */
export function formatRate(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 999_500) return `${(value / 1e6).toFixed(2)}M`;
  if (value >= 999.5) return `${(value / 1e3).toFixed(1)}k`;
  return value.toFixed(0);
}

/** A fixed number of decimals; "-" if there is no value. */
export function formatNumber(value: number, decimals: number): string {
  return Number.isFinite(value) ? value.toFixed(decimals) : '-';
}

/** 75 seconds as "1:15", 3675 as "1:01:15"; "-" if unknown. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  const whole = Math.ceil(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** A mean and standard deviation: "203.4 ± 12.1". */
export function formatSpread(mean: number, std: number, format = oneDecimal): string {
  return `${format(mean)} ± ${format(std)}`;
}

/** With one decimal; "-" if there is no value. */
export function oneDecimal(value: number): string {
  return formatNumber(value, 1);
}

/** "1 episode", "3 episodes" */
export function counted(count: number, noun: string): string {
  return `${formatInteger(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The seeds of a run's agents: "1", or "1 to 4" for a population. */
export function formatSeeds(seed: number, numAgents: number): string {
  return numAgents > 1 ? `${seed} to ${seed + numAgents - 1}` : `${seed}`;
}
