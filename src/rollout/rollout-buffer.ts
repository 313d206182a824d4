/** The transitions of one rollout, time-major, environments innermost. */

import type { Arena, Tensor } from '../gpu/arena';
import { roundUp } from '../gpu/runtime';
import { hasBits, observationRows } from '../kernels/observation-bits';
import type { Task } from './task';

/** The sizes of a rollout. */
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
 * @param cutAtEnd whether the end of the rollout truncates running episodes
 * @returns sizes with F slots for final observations: a time limit truncates at most one episode in
 * `maxEpisodeSteps` steps, and `cutAtEnd` adds one more. A world on the host that truncates by
 * itself may do so in every step.
 */
export function rolloutSizes(
  agents: number,
  envs: number,
  steps: number,
  task: Task,
  cutAtEnd = false,
): RolloutSizes {
  const limit = task.maxEpisodeSteps;
  const byTime = (limit === 0 ? 0 : Math.ceil(steps / limit)) + Number(cutAtEnd);
  const slots = task.truncates ? steps : byTime;
  return { agents, envs, stride: roundUp(envs, 4), steps, rows: steps + 1 + slots };
}

/** Numbers of unpacked observations that are kept at a time, if that is more than a row. */
const UNPACKED_NUMBERS = 2 ** 20;

/** The transitions of a rollout, as its kernels write them. */
export interface RolloutBuffer {
  /** What the letters of its shapes stand for. */
  readonly sizes: RolloutSizes;
  /** [K][rows][O][stride], in the task's storage type; bits are [K][rows][⌈O / 32⌉][stride], u32 */
  readonly observations: Tensor;
  /** Network inputs of that shape; the same tensor if observations are not normalized. */
  readonly inputs: Tensor;
  /** The numbers of some rows of bits, one after another, [K][some rows][O][stride]. */
  readonly unpacked?: Tensor | undefined;
  /**
   * [K][T][actionRows][stride]: the action (indices of discrete choices as floats), then its mask.
   */
  readonly actions: Tensor;
  /** Log-probabilities under the policy that acted, [K][T][stride]. */
  readonly logProbs: Tensor;
  /** [K][T][stride] */
  readonly rewards: Tensor;
  /** [K][T][stride], u32: 0 continues, 1 terminated, 2 + slot truncated. */
  readonly endings: Tensor;
  /** Masks of the current states, [K][maskWords][stride]; only if the environment has masks. */
  readonly masks: Tensor | undefined;
}

/** Tensors that training adds to a rollout; an evaluation does not need them. */
export interface ValueBuffer {
  /** V(s), [K][rows][stride]. */
  readonly values: Tensor;
  /** [K][T][stride] */
  readonly advantages: Tensor;
  /** Targets of the value function, [K][T][stride]. */
  readonly returns: Tensor;
}

/** Memory for as many rows at a time as one pass over them needs. */
function declareUnpacked(
  arena: Arena,
  { agents, rows, stride }: RolloutSizes,
  task: Task,
): Tensor | undefined {
  if (!hasBits(task)) return undefined;
  const { observationSize } = task;
  const most = Math.floor(UNPACKED_NUMBERS / (agents * observationSize * stride));
  const shape = [agents, Math.max(1, Math.min(rows, most)), observationSize, stride];
  return arena.declare('unpacked observations', shape);
}

/** @param normalized whether the network inputs need a tensor of their own */
export function declareRolloutBuffer(
  arena: Arena,
  sizes: RolloutSizes,
  task: Task,
  normalized = false,
): RolloutBuffer {
  const { agents, steps, stride, rows } = sizes;
  const { actionRows, maskWords } = task.distribution;
  const observationShape = [agents, rows, observationRows(task), stride];
  const { storage } = task;
  const observations = arena.declare('observations', observationShape, storage);
  return {
    sizes,
    observations,
    unpacked: declareUnpacked(arena, sizes, task),
    inputs: normalized ? arena.declare('network inputs', observationShape, storage) : observations,
    actions: arena.declare('actions', [agents, steps, actionRows, stride]),
    logProbs: arena.declare('log-probabilities', [agents, steps, stride]),
    rewards: arena.declare('rewards', [agents, steps, stride]),
    endings: arena.declare('endings', [agents, steps, stride], 'u32'),
    masks: maskWords > 0 ? arena.declare('action masks', [agents, maskWords, stride]) : undefined,
  };
}

/** @param owner begins the names of the tensors */
export function declareValueBuffer(arena: Arena, sizes: RolloutSizes, owner = ''): ValueBuffer {
  const { agents, steps, stride, rows } = sizes;
  return {
    values: arena.declare(`${owner}values`, [agents, rows, stride]),
    advantages: arena.declare(`${owner}advantages`, [agents, steps, stride]),
    returns: arena.declare(`${owner}returns`, [agents, steps, stride]),
  };
}
