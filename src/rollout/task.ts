/** What the networks are trained on: an environment, the distribution that acts in it, their sizes. */
import { WgslReflect } from 'wgsl_reflect';
import {
  type Distribution,
  distributionConstants,
  distributionFor,
} from '../distributions/distribution';
import { type EnvironmentDefinition, environmentFile } from '../environments/definition';
import { checkEnvironmentModule } from '../environments/interface-check';
import { linkProgram, type ProgramSource, ShaderError } from '../gpu/program';
import { SHADER_SOURCES } from '../shader-sources';

/** Workgroup size of the rollout's kernels: one invocation is one environment. */
export const ROLLOUT_LANES = 64;

export interface Task {
  readonly environment: EnvironmentDefinition;
  readonly distribution: Distribution;
  /** O */
  readonly observationSize: number;
  /** 32-bit words of one environment's state as WGSL lays it out. */
  readonly stateWords: number;
  /** Steps after which an episode is truncated; 0 for never. */
  readonly maxEpisodeSteps: number;
  /** The source of a kernel that knows the environment and the distribution. */
  program(
    shader: string,
    constants: Readonly<Record<string, number>>,
  ): Omit<ProgramSource, 'library'>;
}

/** Size of the linked module's struct State. */
async function reflectStateWords(source: Omit<ProgramSource, 'library'>): Promise<number> {
  const linked = await linkProgram({ ...source, library: SHADER_SOURCES });
  const state = new WgslReflect(linked.dest).structs.find(({ name }) => name === 'State');
  if (!state)
    throw new ShaderError(`${source.plugIns?.environment?.file}: struct State is not used`);
  // Elements of array<State> begin at multiples of the struct's alignment. What cannot be stored
  // (bool) has no size; the compiler will say where it is.
  return (Math.ceil(state.size / state.align) * state.align) / 4 || 1;
}

/**
 * Prepares an environment for training.
 * @throws EnvironmentError or ShaderError naming the environment's file and line.
 */
export async function createTask(environment: EnvironmentDefinition): Promise<Task> {
  checkEnvironmentModule(environment);
  const distribution = distributionFor(environment.action);
  const observationSize = environment.observation.length;
  const sizes = { OBSERVATION_SIZE: observationSize, ...distributionConstants(distribution) };
  const file = environmentFile(environment);
  const program = (
    shader: string,
    constants: Readonly<Record<string, number>>,
  ): Omit<ProgramSource, 'library'> => ({
    shader,
    constants: { ...environment.params, ...sizes, ...constants },
    plugIns: { environment: { file, text: environment.shader } },
    aliases: { distribution: distribution.shader },
  });
  return {
    environment,
    distribution,
    observationSize,
    stateWords: await reflectStateWords(program('rollout/env-reset', { ROLLOUT_LANES })),
    maxEpisodeSteps: environment.maxEpisodeSteps ?? 0,
    program,
  };
}
