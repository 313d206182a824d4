/** How long an environment may occupy the device before it counts as an endless loop. */
import { ConfigError } from '../config/config-error';
import type { EnvironmentDefinition } from '../environments/definition';
import { environmentFile } from '../environments/definition';
import type { Stage } from '../gpu/stage';
import type { Patience } from '../gpu/stall';

/**
 * Milliseconds. A submission is meant to take 100; the largest dispatch of a slow adapter, seconds.
 */
export const DEFAULT_STALL_TIMEOUT = 120_000;

const STEPPING_KERNELS: readonly string[] = [
  ...['env-step', 'fused-rollout', 'host-step', 'learner-ply'],
].map((name) => `rollout/${name}`);

/** @throws ConfigError when `stallTimeout` is no positive number. */
export function checkStallTimeout(milliseconds: number): void {
  if (typeof milliseconds === 'number' && milliseconds > 0) return;
  throw new ConfigError([
    `stallTimeout is ${milliseconds}; it must be a positive number of milliseconds, or Infinity`,
  ]);
}

/** @param functions the functions of the environment's module that run, in words */
export function patienceWith(
  environment: EnvironmentDefinition,
  functions: string,
  milliseconds: number,
): Patience {
  const file = environmentFile(environment);
  const message = (seconds: number): string =>
    `${file}: ${functions} may loop without end: the device has not come back for ` +
    `${Math.round(seconds)} s (stallTimeout)`;
  return { milliseconds, message };
}

/** Dispatches of an iteration up to the first in which environments take a step. */
export function dispatchesToFirstStep(stages: readonly Stage[]): number {
  const dispatches = stages.flatMap((stage) => stage.dispatches);
  return 1 + dispatches.findIndex(({ kernel }) => STEPPING_KERNELS.includes(kernel.name));
}
