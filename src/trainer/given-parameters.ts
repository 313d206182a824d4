/** Parameters that a caller brings to a run: their shape and their numbers. */
import { ConfigError } from '../config';

/**
 * All agents' parameters, [K][P], from those or from one agent's [P] for all alike.
 * @param name the option, for errors
 * @throws ConfigError for another length, or a number that is not finite.
 */
export function expandParameters(
  name: string,
  given: Float32Array,
  agents: number,
  parameterCount: number,
): Float32Array {
  const all = agents * parameterCount;
  if (given.length !== all && given.length !== parameterCount) {
    const shape = `[${agents}] x [${parameterCount}] (agents x parameters)`;
    const alike = agents > 1 ? `, or ${parameterCount} for all agents alike` : '';
    throw new ConfigError([
      `${name} has ${given.length} numbers; this run's are ${shape}, ${all} numbers${alike}`,
    ]);
  }
  const bad = given.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) throw new ConfigError([`${name}[${bad}] is ${given[bad]}; it may be finite`]);
  const expanded = new Float32Array(all);
  for (let begin = 0; begin < all; begin += given.length) expanded.set(given, begin);
  return expanded;
}
