/** V(s) of every observation of a rollout, final observations included, after the rollout. */
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock, SampleBlock } from '../kernels/linear';
import type { ActorCriticLayout } from '../network/actor-critic';
import { Mlp } from '../network/mlp';
import { inputRow } from '../rollout/rollout';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';

/** Floats of scratch memory per hidden layer that one pass over several rows may take. */
const SCRATCH_FLOATS = 2 ** 22;
/** Workgroups that WebGPU allows along z, where agent × row lies. */
const MAX_WORKGROUPS = 65535;

/** How many rows one pass of the critic covers. */
function rowsPerPass(agents: number, rows: number, stride: number, widest: number): number {
  const byMemory = Math.floor(SCRATCH_FLOATS / (agents * stride * widest));
  return Math.max(1, Math.min(rows, byMemory, Math.floor(MAX_WORKGROUPS / agents)));
}

export class Values {
  /** Critics by the number of rows they cover: full passes, and a shorter last one. */
  private readonly critics = new Map<number, Mlp>();
  private readonly passes: { readonly row: number; readonly rows: number }[] = [];

  /** Declares the critic's scratch memory; without a critic there are no passes and values stay 0. */
  constructor(
    runtime: Runtime,
    layout: ActorCriticLayout,
    parameters: ParameterBlock,
    private readonly rollout: RolloutBuffer,
    private readonly target: ValueBuffer,
  ) {
    const { critic } = layout;
    if (!critic) return;
    const { agents, rows, stride } = rollout.sizes;
    const widest = Math.max(1, ...critic.layers.slice(0, -1).map(({ outputs }) => outputs));
    const most = rowsPerPass(agents, rows, stride, widest);
    for (let row = 0; row < rows; row += most) {
      const covered = Math.min(most, rows - row);
      this.passes.push({ row, rows: covered });
      if (!this.critics.has(covered)) {
        const count = { agents, rows: covered, stride };
        const name = `critic over ${covered} rows`;
        this.critics.set(covered, new Mlp(runtime, name, critic, parameters, count, false));
      }
    }
  }

  stage(): Stage {
    const dispatches = this.passes.flatMap(({ row, rows }) =>
      this.critics.get(rows)!.forward(inputRow(this.rollout, row), this.valueRow(row)),
    );
    return { name: 'values', dispatches };
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
