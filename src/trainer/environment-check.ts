/** What trying out an environment takes and returns. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import type { Evaluation } from './metrics';
import type { PlayedStep } from './played-step';

/** What is known of an environment after it was tried out. */
export interface EnvironmentCheck {
  /** One sentence for each thing that must be mended. */
  readonly problems: readonly string[];
  /** What is allowed, but seldom meant. */
  readonly warnings: readonly string[];
  /** Episodes of a policy with random parameters, which prefers no action. */
  readonly random: Evaluation;
  /** Steps of all environments per second, without learning. */
  readonly stepsPerSecond: number;
  /** The environments of that measurement. */
  readonly timedEnvironments: number;
  /** The steps of one episode. */
  readonly episode: readonly PlayedStep[];
}

/** What `checkEnvironment` takes. */
export interface CheckOptions {
  /** Device on which the environment and the policy run. */
  readonly gpu: Gpu;
  /** Environment to try out. */
  readonly environment: EnvironmentDefinition;
  /** See `TrainerOptions.stallTimeout`. */
  readonly stallTimeout?: number | undefined;
}
