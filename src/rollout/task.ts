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
import { type EnvironmentDefinition, environmentFile } from '../environments/definition';
import { checkEnvironmentModule } from '../environments/interface-check';
import type { ElementType } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import type { ShaderModule } from '../gpu/plug-in';
import type { ProgramSource } from '../gpu/program';
import { f32Literal } from '../gpu/wgsl-number';
import { hasBits, observationConstants, observationRows } from '../kernels/observation-bits';
import { storedAs } from '../kernels/stored';
import { largeValues } from './large-values';
import { measureStateWords } from './state-size';

/** Workgroup size of the rollout's kernels with one invocation per environment. */
export const ROLLOUT_LANES = 64;

/** The part of a task that determines the sizes of the networks. */
export interface TaskOutline {
  readonly distribution: Distribution;
  /** O */
  readonly observationSize: number;
  /** Storage type of observations; u32 for words of bits. */
  readonly storage: ElementType;
}

export interface Task extends TaskOutline {
  readonly environment: EnvironmentDefinition;
  /** 32-bit words of one environment's State in WGSL's layout. */
  readonly stateWords: number;
  /** Steps after which an episode is truncated; 0 for never. */
  readonly maxEpisodeSteps: number;
  /** The source of a kernel that uses the environment and the distribution. */
  program(
    shader: string,
    constants: Readonly<Record<string, number>>,
  ): Omit<ProgramSource, 'library'>;
}

type TaskOptions = Partial<DistributionConfig & ReferenceConfig & Pick<PpoConfig, 'storage'>>;

/** The part of a task that needs no device; the options are those of `createTask`. */
export function outlineTask(
  { action, actionMask, observation, observationFormat }: EnvironmentDefinition,
  options: TaskOptions = {},
): TaskOutline {
  const reference = usesReference(options);
  const distribution = distributionFor(action, { ...options, actionMask, reference });
  const storage = observationFormat === 'bits' ? 'u32' : (options.storage ?? 'f32');
  return { distribution, observationSize: observation.length, storage };
}

/** An environment's module as kernels import it, with its params as its `constants`. */
function environmentPlugIn(environment: EnvironmentDefinition): ShaderModule {
  const { id, params = {}, shader } = environment;
  const entries = Object.entries(params).map(([name, value]) => [name, f32Literal(value)]);
  return {
    file: environmentFile(environment),
    text: shader,
    constants: Object.fromEntries(entries),
    constantsName: `the params of ${id}`,
  };
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
  checkEnvironmentModule(environment);
  const outline = outlineTask(environment, options);
  const { distribution, storage } = outline;
  const sizes = { ...observationConstants(outline), ...distributionConstants(distribution) };
  const plugIn = environmentPlugIn(environment);
  const program = (
    shader: string,
    constants: Readonly<Record<string, number>>,
  ): Omit<ProgramSource, 'library'> => ({
    shader,
    constants: { ...sizes, ...constants },
    plugIns: { environment: plugIn },
    aliases: {
      distribution: distribution.shader,
      observation_type: storedAs({ type: storage }),
    },
    conditions: { ...distributionConditions(distribution), bits: hasBits(outline) },
  });
  const stateWords = await measureStateWords(gpu, (shader) => program(shader, {}), plugIn.file);
  const spill = largeValues(gpu, environment, {
    ...{ ...distribution, stateWords, observationSize: observationRows(outline) },
  });
  return {
    ...outline,
    environment,
    stateWords,
    maxEpisodeSteps: environment.maxEpisodeSteps ?? 0,
    program: (shader, constants) => ({ ...program(shader, constants), spill }),
  };
}
