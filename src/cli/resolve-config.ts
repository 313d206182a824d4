/** Combines the layers of a run's configuration and reports all their problems at once. */

import { type ConfigProblem, findProblems } from '../config/check';
import { ConfigError } from '../config/config-error';
import { completeConfig } from '../config/defaults';
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import { type ConfigFile, type ReadText, readConfigFile } from './config-file';
import { CONFIG_KEYS, type ConfigKey } from './flag-values';
import type { CommandLine } from './flags';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The configuration of a run: general defaults < the environment's < the file of --config < flags.
 * @throws ConfigError with every problem of file and flags, naming the origin of each value.
 */
export function resolveConfig(
  line: CommandLine,
  environment: EnvironmentDefinition,
  readText: ReadText,
): PpoConfig {
  const file = line.config === undefined ? undefined : readConfigFile(line.config, readText);
  const fields: Fields = { ...file?.fields, ...line.overrides };
  const config = completeConfig(environment.defaults, fields as Partial<PpoConfig>);
  const problems = [
    ...line.problems,
    ...(file?.problems ?? []),
    ...findProblems(config, unreadKeys(line, file), environment).map((problem) =>
      describeProblem(problem, line, file),
    ),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The configuration as the text of a file for --config, one field per line. */
export function formatConfig(config: PpoConfig): string {
  const lines = CONFIG_KEYS.map((key) => `  "${key}": ${formatValue(config[key])}`);
  return `{\n${lines.join(',\n')}\n}`;
}

function formatValue(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(formatValue).join(', ')}]` : JSON.stringify(value);
}

/** Fields whose values are unknown because a flag or the file could not be read. */
function unreadKeys(line: CommandLine, file: ConfigFile | undefined): readonly ConfigKey[] {
  if (!file || file.fields) return line.unread;
  return CONFIG_KEYS.filter((key) => !line.typed.has(key));
}

function describeProblem(
  { keys, sentence }: ConfigProblem,
  { typed }: CommandLine,
  file: ConfigFile | undefined,
): string {
  const flags = keys.flatMap((key) => typed.get(key) ?? []);
  const filed = keys.filter((key) => !typed.has(key) && Object.hasOwn(file?.fields ?? {}, key));
  const located = filed.length > 0 ? addOrigin(sentence, keys, filed, file!.path) : sentence;
  return flags.length > 0 ? `${flags.join(' ')}: ${located}` : located;
}

/** "numEnvs is 0 (in run.json); it must be ...": the origin stands before the allowed range. */
function addOrigin(
  sentence: string,
  keys: readonly string[],
  filed: readonly string[],
  path: string,
): string {
  const names = keys.length > 1 ? `${filed.join(', ')} ` : '';
  // A quoted value can contain semicolons.
  const found = sentence.search(/; (?=[^"]*$)/);
  const end = found === -1 ? sentence.length : found;
  return `${sentence.slice(0, end)} (${names}in ${path})${sentence.slice(end)}`;
}
