/** Values that may differ between the agents of a population. */

/** One value for all agents, or a list with one value per agent. */
export type PerAgent<T> = T | readonly T[];

/** The value that agent `agent` uses. */
export function forAgent<T>(value: PerAgent<T>, agent: number): T {
  return Array.isArray(value) ? (value as readonly T[])[agent]! : (value as T);
}
