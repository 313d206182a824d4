/** A frozen reference policy that the trained one is kept near (Ziegler et al. 2019; RLHF, GRPO). */

import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/linear';
import type { ActorCriticLayout } from '../network/actor-critic';
import { RowPasses } from '../network/row-passes';
import { inputRow } from '../rollout/rollout';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';

const REFERENCE_LANES = 64;

export interface ReferenceOptions {
  readonly task: Task;
  readonly agents: Tensor;
  readonly layout: ActorCriticLayout;
  /** Parameters of the reference policy, laid out as the trained ones, [K][P]; undefined for none. */
  readonly reference: Tensor | undefined;
  readonly rollout: RolloutBuffer;
}

/** The reference actor and what it writes to. */
interface Judge {
  readonly actor: RowPasses;
  readonly parameters: ParameterBlock;
  /** The reference actor's output for the rows of one pass, [K][rows][headSize][stride]. */
  readonly heads: Tensor;
}

export class ReferencePolicy {
  private readonly judge: Judge | undefined;

  /** Declares the reference actor's scratch memory, where there is a reference. */
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
    const actor = new RowPasses(runtime, 'reference actor', own, parameters, count, storage);
    const shape = [agents, actor.mostRows, task.distribution.headSize, stride];
    this.judge = { actor, parameters, heads: runtime.arena.declare('reference heads', shape) };
  }

  /** Log-probabilities of all actions taken, and the penalty on their rewards; none without a reference. */
  stages(): Stage[] {
    const { judge } = this;
    if (!judge) return [];
    const { task, rollout } = this.options;
    const { stride } = rollout.sizes;
    const rowStride = task.distribution.headSize * stride;
    const dispatches = judge.actor.forward(
      (row) => inputRow(rollout, row),
      (_, rows) => ({ tensor: judge.heads, offset: 0, agentStride: rows * rowStride, rowStride }),
      (row, rows) => [this.compare(judge, row, rows)],
    );
    return [{ name: 'reference', dispatches }];
  }

  private compare({ heads, parameters }: Judge, firstStep: number, rows: number): Dispatch {
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
