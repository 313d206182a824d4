/** What the commands that show episodes need from other rooms and from the process. */
import { completeConfig } from '../config/defaults';
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Policy } from '../trainer/policy';
import { environmentDifferences } from '../trainer/saved-file';
import type { SavedPolicy } from '../trainer/saved-policy';
import type { OpenGpu } from './device';
import type { Evaluator } from './evaluate';
import type { CommandLine } from './flags';
import { type GivenParams, givenParams } from './given-params';
import { gymnasiumOf } from './gym-flags';
import type { Player } from './player';
import type { TrainServices } from './train';
import { refusing, UsageError } from './usage-error';

export interface ShowServices<G extends OpenGpu> extends TrainServices<G> {
  /** The policies in a checkpoint, a policy file, or the folder of a run. */
  readSaved(path: string): Promise<SavedPolicy>;
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>;
}

/** Steps per second of environments that do not say how fast they are. */
export const USUAL_RATE = 30;

/** Steps per second at which episodes are shown. */
export function rateOf({ fps }: CommandLine, { stepsPerSecond }: EnvironmentDefinition): number {
  return fps ?? stepsPerSecond ?? USUAL_RATE;
}

/** What episodes are shown of. */
export interface Shown {
  readonly environment: EnvironmentDefinition;
  /** Complete. */
  readonly config: PpoConfig;
  /** Undefined for random parameters. */
  readonly policy: Policy | undefined;
  /** What --param gives the episodes; undefined without it. */
  readonly params: GivenParams | undefined;
}

/** What a command line names, without its params. */
type Opened = Omit<Shown, 'params'>;

const MODULE = /\.[mc]?[jt]s$/;

/**
 * The policies of the file that the command line names, in their environment or in that of a
 * user's module or of --gym; or an untrained policy in the environment of a module.
 * @param module the operand that names a module
 * @throws UsageError for a file that cannot be used, or without the agent of --agent, and for a
 * --param that the environment cannot take; EnvironmentError for a module that has no environment.
 */
export async function openShown<G extends OpenGpu>(
  line: CommandLine,
  services: ShowServices<G>,
  module: string | undefined,
): Promise<Shown> {
  const { agent, operands, param } = line;
  const path = operands[0]!;
  const opened = MODULE.test(path)
    ? untrained((await givenEnvironment(line, services, path))!)
    : inEnvironment(
        await refusing(services.readSaved(path)),
        await givenEnvironment(line, services, module),
        module ?? '--gym',
      );
  const { numAgents } = opened.config;
  if (agent >= numAgents) {
    const range = numAgents === 1 ? 'one agent, 0' : `${numAgents} agents, 0 to ${numAgents - 1}`;
    throw new UsageError(`--agent ${agent}: ${path} has ${range}`);
  }
  return { ...opened, params: givenParams(param, opened.environment) };
}

/** The environment of --gym or of a module, if there is one. */
async function givenEnvironment<G extends OpenGpu>(
  line: CommandLine,
  services: ShowServices<G>,
  module: string | undefined,
): Promise<EnvironmentDefinition | undefined> {
  const gymnasium = await gymnasiumOf(line, services, module);
  if (gymnasium || module === undefined) return gymnasium;
  return services.importEnvironment(module, line.workers);
}

function untrained(environment: EnvironmentDefinition): Opened {
  return { environment, config: completeConfig(environment.defaults), policy: undefined };
}

/** @param name of the environment, for errors */
function inEnvironment(
  saved: SavedPolicy,
  environment: EnvironmentDefinition | undefined,
  name: string,
): Opened {
  if (!environment) return saved;
  const differing = environmentDifferences(environment, saved.environment);
  if (differing.length === 0) return { ...saved, environment };
  throw new UsageError(
    `${name}: its environment ${environment.id} differs from the one that the policy was ` +
      `trained in, ${saved.environment.id}, in ${differing.join(', ')}`,
  );
}

/** Plays with the policy of a file on a device. */
export async function createPlayer<G extends OpenGpu>(
  gpu: G,
  { environment, config, policy }: Shown,
  services: ShowServices<G>,
): Promise<Player & Evaluator> {
  const run = { environment, config, policy, checkpoint: undefined, stop: {}, tune: false };
  return services.createTrainer({ gpu, ...run, note: () => {} });
}
