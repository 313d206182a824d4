/** Checks arrays that a caller gives: their shape, and that all numbers are finite. */
import { ConfigError } from '../config/config-error';

/**
 * The numbers of all agents, [K][N], from an array of that shape or from [N], which every agent
 * then gets.
 * @param name name of the option, for errors
 * @param count N
 * @throws ConfigError for something else, another length, or a number that is not finite.
 */
export function expandParameters<T extends Float32Array | Float64Array>(
  name: string,
  given: T,
  agents: number,
  count: number,
): T {
  if (!(given instanceof Float32Array || given instanceof Float64Array)) {
    throw new ConfigError([`${name} is ${String(given)}; it must be an array of floats`]);
  }
  const all = agents * count;
  if (given.length !== all && given.length !== count) {
    const shape = `[${agents}] x [${count}] (agents x numbers)`;
    const alike = agents > 1 ? `, or ${count} for all agents alike` : '';
    throw new ConfigError([
      `${name} has ${given.length} numbers; this run's are ${shape}, ${all} numbers${alike}`,
    ]);
  }
  const bad = given.findIndex((value: number) => !Number.isFinite(value));
  if (bad !== -1) throw new ConfigError([`${name}[${bad}] is ${given[bad]}; it must be finite`]);
  const expanded = new (given.constructor as new (length: number) => T)(all);
  for (let begin = 0; begin < all; begin += given.length) expanded.set(given, begin);
  return expanded;
}
