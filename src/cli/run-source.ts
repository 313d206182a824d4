/** Where a run comes from: a built-in environment, a user's module, or a checkpoint. */
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { CheckpointUse, FoundCheckpoint } from '../node/find-checkpoint';
import type { ReadText } from './config-file';
import type { CommandLine } from './flags';
import { type GymnasiumServices, gymnasiumOf } from './gym-flags';
import { refusing, UsageError } from './usage-error';

export interface SourceServices extends GymnasiumServices {
  /** @throws EnvironmentError naming the nearest ids. */
  findEnvironment(id: string): EnvironmentDefinition;
  /**
   * @param workers most threads that step an environment on the host
   * @throws EnvironmentError naming the path.
   */
  importEnvironment(path: string, workers?: number): Promise<EnvironmentDefinition>;
  /** @throws RunFolderError naming the path. */
  readCheckpoint(path: string, use: CheckpointUse): Promise<FoundCheckpoint>;
  /** @throws the platform's error if a file cannot be read. */
  readonly readText: ReadText;
}

export interface RunSource {
  readonly environment: EnvironmentDefinition;
  /** The checkpoint that the run continues from. */
  readonly resumed: FoundCheckpoint | undefined;
}

/** Whether an operand names a file rather than a built-in environment. */
function isFile(operand: string): boolean {
  return /[/\\]|\.[mc]?[jt]s$/.test(operand);
}

/**
 * The environment that an operand names.
 * @throws EnvironmentError
 */
export async function environmentOf(
  operand: string,
  services: Pick<SourceServices, 'findEnvironment' | 'importEnvironment'>,
  workers?: number,
): Promise<EnvironmentDefinition> {
  if (isFile(operand)) return services.importEnvironment(operand, workers);
  return services.findEnvironment(operand);
}

/** @throws UsageError naming --resume, or EnvironmentError. */
export async function findSource(line: CommandLine, services: SourceServices): Promise<RunSource> {
  const [operand] = line.operands;
  const named =
    (await gymnasiumOf(line, services, operand)) ??
    (operand === undefined ? undefined : await environmentOf(operand, services, line.workers));
  if (line.resume === undefined) return { environment: named!, resumed: undefined };
  for (const flag of ['load', 'reference'] as const) {
    if (line[flag] === undefined) continue;
    throw new UsageError(`--${flag} cannot be combined with --resume, which has a policy already`);
  }
  const resumed = await refusing(services.readCheckpoint(line.resume, 'resumed'), '--resume ');
  return { environment: named ?? resumed.checkpoint.environment, resumed };
}

/** The environment with the configuration that flags and files change as its defaults. */
export function baseOf({ environment, resumed }: RunSource): EnvironmentDefinition {
  if (!resumed) return environment;
  const defaults: PpoConfig = resumed.checkpoint.snapshot.config;
  return { ...environment, defaults };
}
