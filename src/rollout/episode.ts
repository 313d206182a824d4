/** The Episode record of every environment (shaders/rollout/episode.wesl), as the host reads it. */

/** 32-bit words of an Episode. */
export const EPISODE_WORDS = 15;

/** Offsets of the fields that the host or a test reads, in words. */
export const EPISODE_WORD = {
  runningReturn: 0,
  runningLength: 2,
  count: 4,
  meanReturn: 5,
  meanLength: 10,
  faults: 14,
} as const;

/** Codes of `RolloutBuffer.endings`; TRUNCATED + slot names the row of the final observation. */
export const [CONTINUES, TERMINATED, TRUNCATED] = [0, 1, 2] as const;

/** Bits of an Episode's faults, from the lowest (shaders/rollout/faults.wesl). */
export const ENVIRONMENT_FAULTS = ['reward', 'observation'] as const;
/** A result of an environment that was not finite. */
export type EnvironmentFault = (typeof ENVIRONMENT_FAULTS)[number];
