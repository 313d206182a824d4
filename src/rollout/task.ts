/** The task that networks are trained on: an environment, the action distribution, their sizes. */

import { type ReferenceConfig, usesReference } from '../config/parts';
import type { PpoConfig } from '../config/ppo-config';
import {
  type Distribution,
  type DistributionConfig,
  distributionConditions,
  distributionConstants,
  distributionFor,
} from '../distributions/distribution';
import { tablesModule } from '../environments/data-table';
import { type EnvironmentDefinition, environmentFile } from '../environments/definition';
import { checkEnvironmentModule } from '../environments/interface-check';
import { variedNames } from '../environments/param-range';
import type { ElementType } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import type { ShaderModule } from '../gpu/plug-in';
import type { ProgramSource } from '../gpu/program';
import { f32Literal } from '../gpu/wgsl-number';
import { hasBits, observationConstants, observationRows } from '../kernels/observation-bits';
import { storedAs } from '../kernels/stored';
import { largeValues } from './large-values';
import { measureStateWords, type StatePlace } from './state-size';

/** Workgroup size of the rollout's kernels with one invocation per environment. */
export const ROLLOUT_LANES = 64;

/** The part of a task that determines the sizes of the networks. */
export interface TaskOutline {
  readonly distribution: Distribution;
  /** O */
  readonly observationSize: number;
  /** Storage type of observations; u32 for words of bits. */
  readonly storage: ElementType;
  /** Whether the environment has data tables, which take a binding. */
  readonly hasTables: boolean;
  /** Whether two players move in turn. */
  readonly twoPlayers: boolean;
}

export interface Task extends TaskOutline {
  readonly environment: EnvironmentDefinition;
  /** 32-bit words of one environment's State in WGSL's layout. */
  readonly stateWords: number;
  /** Steps after which an episode is truncated; 0 for never. */
  readonly maxEpisodeSteps: number;
  /** Whether the environment may truncate an episode before that; only on the host. */
  readonly truncates: boolean;
  /** The source of a kernel that uses the environment and the distribution. */
  program(
    shader: string,
    constants: Readonly<Record<string, number>>,
  ): Omit<ProgramSource, 'library'>;
}

type TaskOptions = Partial<DistributionConfig & ReferenceConfig & Pick<PpoConfig, 'storage'>>;

/** The part of a task that needs no device; the options are those of `createTask`. */
export function outlineTask(
  environment: EnvironmentDefinition,
  options: TaskOptions = {},
): TaskOutline {
  const { action, actionMask, observation, observationFormat, tables, players } = environment;
  const reference = usesReference(options);
  const distribution = distributionFor(action, { ...options, actionMask, reference });
  const storage = observationFormat === 'bits' ? 'u32' : (options.storage ?? 'f32');
  const hasTables = tables !== undefined;
  const twoPlayers = players === 2;
  return { distribution, observationSize: observation.length, storage, hasTables, twoPlayers };
}

/** An environment's module as kernels import it, with its params as its `constants`. */
function environmentPlugIn(environment: EnvironmentDefinition): ShaderModule {
  const { id, params = {}, tables, shader } = environment;
  const variables = variedNames(environment);
  const entries = Object.entries(params).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, f32Literal(value)]] : [],
  );
  return {
    file: environmentFile(environment),
    text: shader,
    constants: Object.fromEntries(entries),
    constantsName: `the params of ${id}`,
    ...(variables.length > 0 && { variables }),
    ...(tables && { made: { tables: tablesModule(tables) } }),
  };
}

type ProgramParts = Required<
  Pick<ProgramSource, 'plugIns' | 'aliases' | 'conditions' | 'constants'>
>;

/** The environment as a part of programs: its module, or shaders/rollout/world.wesl around it. */
function environmentParts(environment: EnvironmentDefinition): ProgramParts {
  const plugIn = environmentPlugIn(environment);
  const { variables = [] } = plugIn;
  const { metrics = [] } = environment;
  if (variables.length + metrics.length === 0) {
    return { plugIns: { environment: plugIn }, aliases: {}, conditions: {}, constants: {} };
  }
  return {
    plugIns: { world: plugIn },
    aliases: { environment: 'rollout/world' },
    conditions: { varied: variables.length > 0, metered: metrics.length > 0 },
    constants: { PARAM_COUNT: variables.length, METRIC_COUNT: metrics.length },
  };
}

/** Where the module declares its State. */
function statePlace(environment: EnvironmentDefinition): StatePlace {
  const { shader } = environment;
  const before = shader.slice(0, Math.max(0, shader.search(/\bstruct\s+State\b/)));
  return { file: environmentFile(environment), line: before.split('\n').length };
}

/**
 * Prepares an environment for training; omitted options have the general defaults. The options must
 * fit the action space (see checkConfig).
 * @throws EnvironmentError or ShaderError naming the environment's file and line
 */
export async function createTask(
  gpu: Gpu,
  environment: EnvironmentDefinition,
  options: TaskOptions = {},
): Promise<Task> {
  if (!environment.host) checkEnvironmentModule(environment);
  const outline = outlineTask(environment, options);
  const { distribution, observationSize, storage } = outline;
  const sizes = { ...observationConstants(outline), ...distributionConstants(distribution) };
  const parts = environmentParts(environment);
  const program = (
    shader: string,
    constants: Readonly<Record<string, number>>,
  ): Omit<ProgramSource, 'library'> => ({
    shader,
    constants: { ...sizes, ...parts.constants, ...constants },
    plugIns: parts.plugIns,
    aliases: {
      ...parts.aliases,
      distribution: distribution.shader,
      observation_type: storedAs({ type: storage }),
    },
    conditions: {
      ...distributionConditions(distribution),
      ...parts.conditions,
      bits: hasBits(outline),
    },
  });
  const stateWords = environment.host
    ? observationSize + distribution.maskWords
    : await measureStateWords(gpu, (shader) => program(shader, {}), statePlace(environment));
  const spill = largeValues(gpu, environment, {
    ...{ ...distribution, stateWords, observationSize: observationRows(outline) },
  });
  return {
    ...outline,
    environment,
    stateWords,
    maxEpisodeSteps: environment.maxEpisodeSteps ?? 0,
    truncates: environment.host?.truncates ?? false,
    program: (shader, constants) => ({ ...program(shader, constants), spill }),
  };
}
