/** V(s) of every observation of a rollout, final observations included. */
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock, SampleBlock } from '../kernels/blocks';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { ForwardPass } from '../network/fused-forward';
import { RowPasses } from '../network/row-passes';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import { rowInputs } from '../rollout/unpack-observations';
import { fusedValues } from './fused-values';

/** A network's values [K][rows][stride] from row `row` on. */
export function valueRow(values: Tensor, row: number): SampleBlock {
  const [, rows, stride] = values.shape as [number, number, number];
  return { tensor: values, offset: row * stride, agentStride: rows * stride, rowStride: stride };
}

export class Values {
  /** The critic of layered kernels. */
  private readonly critic: RowPasses | undefined;

  /**
   * Declares the critic's scratch memory; without a critic nothing is dispatched, values stay 0.
   */
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
    const inputs = rowInputs(runtime, rollout);
    this.critic = new RowPasses(runtime, 'critic', critic, parameters, inputs, sizes, storage);
  }

  stage(): Stage {
    const dispatches = this.forward
      ? fusedValues(this.runtime, this.forward, this.rollout, this.target.values)
      : this.critic?.forward((row) => valueRow(this.target.values, row));
    return { name: 'values', dispatches: dispatches ?? [] };
  }
}
