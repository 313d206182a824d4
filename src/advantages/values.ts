/** V(s) of every observation of a rollout, final observations included, after the rollout. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock, SampleBlock } from '../kernels/linear';
import { storedAs } from '../kernels/stored';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { ForwardPass } from '../network/fused-forward';
import { RowPasses } from '../network/row-passes';
import { inputRow } from '../rollout/rollout';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';

export class Values {
  /** The layered form. */
  private readonly critic: RowPasses | undefined;

  /** Declares the critic's scratch memory; without a critic there is no dispatch and values stay 0. */
  constructor(
    private readonly runtime: Runtime,
    { critic, storage }: ActorCriticLayout,
    parameters: ParameterBlock,
    private readonly rollout: RolloutBuffer,
    private readonly target: ValueBuffer,
    private readonly forward?: ForwardPass | undefined,
  ) {
    if (!critic || forward) return;
    const { sizes } = rollout;
    this.critic = new RowPasses(runtime, 'critic', critic, parameters, sizes, storage);
  }

  stage(): Stage {
    if (this.forward) return { name: 'values', dispatches: this.fused(this.forward) };
    const dispatches = this.critic?.forward(
      (row) => inputRow(this.rollout, row),
      (row) => this.valueRow(row),
    );
    return { name: 'values', dispatches: dispatches ?? [] };
  }

  /** The whole critic in one kernel. */
  private fused(forward: ForwardPass): Dispatch[] {
    const { packed } = forward;
    const critic = packed.network('critic');
    if (!critic) return [];
    const { inputs, sizes } = this.rollout;
    const { agents, rows, stride } = sizes;
    const columns = rows * stride;
    const parts = forward.parts(critic, columns);
    const blocks = forward.blocks(columns);
    const kernel = this.runtime.kernels.kernel({
      shader: 'advantages/fused-values',
      constants: { OBSERVATION_SIZE: critic.inputs, ...parts.constants },
      aliases: { ...parts.aliases, observation_type: storedAs(inputs) },
      conditions: parts.conditions,
    });
    return [
      kernel.dispatch({
        shape: { rows, stride, blocks, one: 1 },
        tensors: {
          inputs: read(inputs),
          values: write(this.target.values),
          unused_3: undefined,
          unused_4: undefined,
          weights: read(packed.tensor),
        },
        workgroups: [Math.ceil(columns / (forward.columnsOfBlock(columns) * blocks)), 1, agents],
      }),
    ];
  }

  private valueRow(row: number): SampleBlock {
    const { rows, stride } = this.rollout.sizes;
    return {
      tensor: this.target.values,
      offset: row * stride,
      agentStride: rows * stride,
      rowStride: stride,
    };
  }
}
