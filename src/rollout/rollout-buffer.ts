/** The transitions of one rollout, time-major, environments innermost. */
import type { Arena, Tensor } from '../gpu/arena';
import { roundUp } from '../gpu/runtime';
import type { Task } from './task';

export interface RolloutSizes {
  /** K */
  readonly agents: number;
  /** N */
  readonly envs: number;
  /** Columns per row: N rounded up to a multiple of 4. */
  readonly stride: number;
  /** T */
  readonly steps: number;
  /** T + 1 + F rows of observations and values (see shaders/rollout/rollout-shape.wesl). */
  readonly rows: number;
}

/**
 * @returns sizes with F slots for final observations: a time limit can cut an episode at most once
 * in `maxEpisodeSteps` steps, and the end of the rollout (`cutAtEnd`) once more.
 */
export function rolloutSizes(
  agents: number,
  envs: number,
  steps: number,
  task: Task,
  cutAtEnd = false,
): RolloutSizes {
  const limit = task.maxEpisodeSteps;
  const slots = (limit === 0 ? 0 : Math.ceil(steps / limit)) + Number(cutAtEnd);
  return { agents, envs, stride: roundUp(envs, 4), steps, rows: steps + 1 + slots };
}

export interface RolloutBuffer {
  readonly sizes: RolloutSizes;
  /** [K][rows][O][stride], stored as the task says */
  readonly observations: Tensor;
  /** What the networks see of them; the same tensor where observations are not normalised. */
  readonly inputs: Tensor;
  /**
   * [K][T][actionRows][stride]: the action (indices of discrete choices as floats), then its mask.
   */
  readonly actions: Tensor;
  /** [K][T][stride], of the policy that acted. */
  readonly logProbs: Tensor;
  /** [K][T][stride] */
  readonly rewards: Tensor;
  /** [K][T][stride], u32: 0 continues, 1 terminated, 2 + slot truncated. */
  readonly endings: Tensor;
  /**
   * What the current states allow, [K][maskWords][stride]; only where the environment has masks.
   */
  readonly masks: Tensor | undefined;
}

/** What training adds to a rollout; an evaluation does without. */
export interface ValueBuffer {
  /** V(s), [K][rows][stride]. */
  readonly values: Tensor;
  /** [K][T][stride] */
  readonly advantages: Tensor;
  /** Targets of the value function, [K][T][stride]. */
  readonly returns: Tensor;
}

/** `normalized` gives the networks' inputs a tensor of their own. */
export function declareRolloutBuffer(
  arena: Arena,
  sizes: RolloutSizes,
  task: Task,
  normalized = false,
): RolloutBuffer {
  const { agents, steps, stride, rows } = sizes;
  const { actionRows, maskWords } = task.distribution;
  const observationShape = [agents, rows, task.observationSize, stride];
  const { storage } = task;
  const observations = arena.declare('observations', observationShape, storage);
  return {
    sizes,
    observations,
    inputs: normalized ? arena.declare('network inputs', observationShape, storage) : observations,
    actions: arena.declare('actions', [agents, steps, actionRows, stride]),
    logProbs: arena.declare('log-probabilities', [agents, steps, stride]),
    rewards: arena.declare('rewards', [agents, steps, stride]),
    endings: arena.declare('endings', [agents, steps, stride], 'u32'),
    masks: maskWords > 0 ? arena.declare('action masks', [agents, maskWords, stride]) : undefined,
  };
}

export function declareValueBuffer(arena: Arena, sizes: RolloutSizes): ValueBuffer {
  const { agents, steps, stride, rows } = sizes;
  return {
    values: arena.declare('values', [agents, rows, stride]),
    advantages: arena.declare('advantages', [agents, steps, stride]),
    returns: arena.declare('returns', [agents, steps, stride]),
  };
}
