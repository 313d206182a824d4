/** The environment of --gym. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { GymnasiumOptions } from '../node/gymnasium';
import { quote } from './flag-values';
import type { CommandLine } from './flags';
import { UsageError } from './usage-error';

export interface GymnasiumServices {
  /** @throws EnvironmentError */
  gymnasiumEnvironment(id: string, options: GymnasiumOptions): Promise<EnvironmentDefinition>;
}

/**
 * The environment that --gym names; undefined without it.
 * @param module the operand that names another environment
 * @throws UsageError for both, or --gym-kwargs that are no object; EnvironmentError.
 */
export async function gymnasiumOf(
  { gym, gymKwargs, python, workers: processes }: CommandLine,
  services: GymnasiumServices,
  module: string | undefined,
): Promise<EnvironmentDefinition | undefined> {
  if (gym === undefined) return undefined;
  if (module !== undefined) {
    throw new UsageError(`--gym ${gym} and ${quote(module)} are two environments; leave one out`);
  }
  const kwargs = gymKwargs === undefined ? {} : parseKwargs(gymKwargs);
  return services.gymnasiumEnvironment(gym, { kwargs, python, processes });
}

function parseKwargs(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // The error below says what is needed.
  }
  throw new UsageError(`--gym-kwargs ${quote(text)}: it must be a JSON object, {"name": value}`);
}
