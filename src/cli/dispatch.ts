/** Runs one command line and turns its outcome into an exit code. */

import { inspect } from 'node:util';
import type { EnvironmentDefinition } from '../environments/definition';
import { compare } from './compare';
import { demo } from './demo';
import { type OpenGpu, withGpu } from './device';
import { type EnvServices, env } from './env';
import { formatEnvironments } from './envs';
import { evalPolicy } from './eval';
import { type ExportServices, exportPolicy } from './export';
import { type CommandLine, parseCommandLine } from './flags';
import { formatHelp } from './help';
import { importForeign } from './import';
import { record } from './record';
import { type ReplayServices, replay } from './replay';
import { environmentOf } from './run-source';
import { type RunServices, runs } from './runs';
import type { Terminal } from './terminal';
import { train } from './train';
import { type UiServices, ui } from './ui';
import { watch } from './watch';

/** The findings of `doctor`. */
export interface Findings {
  /** Whether the device computes correctly; if not, the exit code is 1. */
  readonly works: boolean;
  /** Printed by --json. */
  readonly record: unknown;
  readonly text: string;
}

/** What the commands need from other rooms and from the process. */
export interface Services<G extends OpenGpu = OpenGpu>
  extends EnvServices<G>,
    ReplayServices<G>,
    ExportServices<G>,
    RunServices,
    UiServices {
  readonly version: string;
  /** Whether errors show their stack. */
  readonly debug: boolean;
  environments(): readonly EnvironmentDefinition[];
  /** @param withMatrixUnits whether matrix units were requested */
  inspect(gpu: G, withMatrixUnits: boolean): Promise<Findings>;
  /** Times the compilation of an environment's kernels, with its defaults. */
  compileTimes(gpu: G, environment: EnvironmentDefinition): Promise<Findings>;
}

/** Errors that the user can fix, by name, since their rooms are loaded only when needed. */
const REFUSALS: readonly string[] = [
  'UsageError',
  'ConfigError',
  'EnvironmentError',
  // A module that does not compile.
  'ShaderError',
  'LimitError',
  'NoAdapterError',
];

export const EXIT_FAILED = 1;
export const EXIT_REFUSED = 2;

/** @returns the exit code; errors are written to stderr. */
export async function dispatch<G extends OpenGpu>(
  argv: readonly string[],
  services: Services<G>,
  terminal: Terminal,
): Promise<number> {
  try {
    return await runCommand(parseCommandLine(argv), services, terminal);
  } catch (error) {
    terminal.stderr.write(`${describeError(error, services.debug)}\n`);
    return error instanceof Error && REFUSALS.includes(error.name) ? EXIT_REFUSED : EXIT_FAILED;
  }
}

async function runCommand<G extends OpenGpu>(
  line: CommandLine,
  services: Services<G>,
  terminal: Terminal,
): Promise<number> {
  const show = (text: string): number => {
    terminal.stdout.write(`${text}\n`);
    return 0;
  };
  switch (line.command) {
    case 'train':
      return train(line, services, terminal);
    case 'eval':
      return evalPolicy(line, services, terminal);
    case 'watch':
      return watch(line, services, terminal);
    case 'record':
      return record(line, services, terminal);
    case 'demo':
      return demo(line, services, terminal);
    case 'doctor':
      return doctor(line, services, terminal);
    case 'runs':
      return runs(line, services, terminal);
    case 'compare':
      return compare(line, services, terminal);
    case 'replay':
      return replay(line, services, terminal);
    case 'export':
      return exportPolicy(line, services, terminal);
    case 'import':
      return importForeign(line, services, terminal);
    case 'env':
      return env(line, services, terminal);
    case 'ui':
      return ui(line, services, terminal);
    case 'envs':
      return show(formatEnvironments(services.environments()));
    case 'version':
      return show(services.version);
    case 'help':
      return show(formatHelp(line.topic));
  }
}

/** The environment of `doctor --compile` if none is given. */
const DEFAULT_ENVIRONMENT = 'CartPole-v1';

async function doctor<G extends OpenGpu>(
  line: CommandLine,
  services: Services<G>,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const environment = line.compile
    ? await environmentOf(line.operands[0] ?? DEFAULT_ENVIRONMENT, services)
    : undefined;
  // The advice of an inspection has the warnings about the adapter.
  const announcement = environment && { stderr, announce: () => {} };
  return withGpu(services, line, announcement, async (gpu) => {
    const { works, record, text } = environment
      ? await services.compileTimes(gpu, environment)
      : await services.inspect(gpu, line.matrixUnits);
    stdout.write(`${line.json ? JSON.stringify(record) : text}\n`);
    return works ? 0 : EXIT_FAILED;
  });
}

function describeError(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `lockstep: ${String(error)}`;
  // Causes included.
  return `lockstep: ${debug ? inspect(error) : error.message}`;
}
