/**
 * The general defaults, and how they combine with an environment's defaults and the given fields.
 */
import { CONFIG_FIELDS } from './fields';
import type { PpoConfig } from './ppo-config';

/**
 * The general defaults: those of CleanRL's ppo.py where a field does not depend on the task's
 * scale.
 */
export const DEFAULT_CONFIG = Object.fromEntries(
  Object.entries(CONFIG_FIELDS).map(([key, field]) => [key, field.default]),
) as unknown as PpoConfig;

/**
 * The complete configuration of a run: general defaults < the environment's < the given fields. A
 * field that is undefined counts as not given.
 */
export function completeConfig(
  environmentDefaults: Partial<PpoConfig> = {},
  config: Partial<PpoConfig> = {},
): PpoConfig {
  return { ...DEFAULT_CONFIG, ...given(environmentDefaults), ...given(config) };
}

function given(config: Partial<PpoConfig>): Partial<PpoConfig> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}
