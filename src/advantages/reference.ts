/**
 * A frozen reference policy; a KL penalty keeps the trained one near (Ziegler et al. 2019; GRPO).
 */

import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/blocks';
import type { ActorCriticLayout } from '../network/actor-critic';
import { RowPasses } from '../network/row-passes';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import { rowInputs } from '../rollout/unpack-observations';

const REFERENCE_LANES = 64;

export interface ReferenceOptions {
  readonly task: Task;
  readonly agents: Tensor;
  readonly layout: ActorCriticLayout;
  /** Parameters of the reference policy in the layout of the trained ones, [K][P]; optional. */
  readonly reference: Tensor | undefined;
  readonly rollout: RolloutBuffer;
}

/** The reference actor and its output. */
interface ReferenceActor {
  readonly actor: RowPasses;
  readonly parameters: ParameterBlock;
  /** Output for the rows of one pass, [K][rows][headSize][stride]. */
  readonly heads: Tensor;
}

export class ReferencePolicy {
  private readonly reference: ReferenceActor | undefined;

  /** Declares the reference actor's scratch memory if there is a reference. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: ReferenceOptions,
  ) {
    const { task, layout, reference, rollout } = options;
    if (!reference) return;
    const { agents, steps, stride } = rollout.sizes;
    const parameters = { tensor: reference, count: layout.parameterCount };
    const count = { agents, rows: steps, stride };
    const { actor: own, storage } = layout;
    const inputs = rowInputs(runtime, rollout);
    const actor = new RowPasses(
      runtime,
      'reference actor',
      own,
      parameters,
      inputs,
      count,
      storage,
    );
    const shape = [agents, actor.mostRows, task.distribution.headSize, stride];
    const heads = runtime.arena.declare('reference heads', shape);
    this.reference = { actor, parameters, heads };
  }

  /**
   * Log-probabilities of all actions taken and the penalty on their rewards, if there is a
   * reference.
   */
  stages(): Stage[] {
    const { reference } = this;
    if (!reference) return [];
    const { task, rollout } = this.options;
    const { stride } = rollout.sizes;
    const rowStride = task.distribution.headSize * stride;
    const dispatches = reference.actor.forward(
      (_, rows) => ({
        tensor: reference.heads,
        offset: 0,
        agentStride: rows * rowStride,
        rowStride,
      }),
      (row, rows) => [this.compare(reference, row, rows)],
    );
    return [{ name: 'reference', dispatches }];
  }

  private compare(
    { heads, parameters }: ReferenceActor,
    firstStep: number,
    rows: number,
  ): Dispatch {
    const { task, agents, layout, rollout } = this.options;
    const { envs, stride, steps } = rollout.sizes;
    const constants = { REFERENCE_LANES, REF_KL_REWARD_COEF: LOSS_CONSTANTS.REF_KL_REWARD_COEF! };
    return this.runtime.kernels.kernel(task.program('advantages/reference', constants)).dispatch({
      shape: {
        environments: envs,
        stride,
        steps,
        first_step: firstStep,
        rows,
        free_offset: layout.freeOffset,
        parameter_stride: parameters.count,
      },
      tensors: {
        agents: read(agents),
        heads: read(heads),
        parameters: read(parameters.tensor),
        log_probs: read(rollout.logProbs),
        rewards: write(rollout.rewards),
        actions: write(rollout.actions),
      },
      workgroups: [Math.ceil(envs / REFERENCE_LANES), rows, rollout.sizes.agents],
    });
  }
}
