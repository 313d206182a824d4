/** A frozen reference policy that the trained one is kept near (Ziegler et al. 2019; RLHF, GRPO). */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/linear';
import { LOSS_CONSTANTS } from '../loss-terms';
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
  /** Of the reference policy, laid out as the trained ones, [K][P]. */
  readonly parameters: ParameterBlock;
  readonly rollout: RolloutBuffer;
}

export class ReferencePolicy {
  private readonly actor: RowPasses;
  /** The reference actor's output for the rows of one pass, [K][rows][headSize][stride]. */
  private readonly heads: Tensor;

  /** Declares the reference actor's scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: ReferenceOptions,
  ) {
    const { task, layout, parameters, rollout } = options;
    const { agents, steps, stride } = rollout.sizes;
    const count = { agents, rows: steps, stride };
    this.actor = new RowPasses(runtime, 'reference actor', layout.actor, parameters, count);
    const shape = [agents, this.actor.mostRows, task.distribution.headSize, stride];
    this.heads = runtime.arena.declare('reference heads', shape);
  }

  /** Log-probabilities of all actions taken, and the penalty on their rewards. */
  stage(): Stage {
    const { task, rollout } = this.options;
    const { stride } = rollout.sizes;
    const rowStride = task.distribution.headSize * stride;
    const dispatches = this.actor.forward(
      (row) => inputRow(rollout, row),
      (_, rows) => ({ tensor: this.heads, offset: 0, agentStride: rows * rowStride, rowStride }),
      (row, rows) => [this.judge(row, rows)],
    );
    return { name: 'reference', dispatches };
  }

  private judge(firstStep: number, rows: number): Dispatch {
    const { task, agents, layout, parameters, rollout } = this.options;
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
      tensors: [
        read(agents),
        read(this.heads),
        read(parameters.tensor),
        read(rollout.logProbs),
        write(rollout.rewards),
        write(rollout.actions),
      ],
      workgroups: [Math.ceil(envs / REFERENCE_LANES), rows, rollout.sizes.agents],
    });
  }
}
