/** V(s) of every row of a rollout, with the whole critic in one kernel. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { storedAs } from '../kernels/stored';
import type { ForwardPass } from '../network/fused-forward';
import type { RolloutBuffer } from '../rollout/rollout-buffer';

/**
 * @param values V(s), [K][rows][stride]
 * @returns no dispatch if there is no critic
 */
export function fusedValues(
  { kernels }: Runtime,
  forward: ForwardPass,
  { inputs, sizes }: RolloutBuffer,
  values: Tensor,
): Dispatch[] {
  const { packed } = forward;
  const critic = packed.network('critic');
  if (!critic) return [];
  const { agents, rows, stride } = sizes;
  const columns = rows * stride;
  const parts = forward.parts(critic, columns);
  const blocks = forward.blocks(columns);
  const kernel = kernels.kernel({
    shader: 'advantages/fused-values',
    constants: { OBSERVATION_SIZE: critic.inputs, ...parts.constants },
    aliases: { ...parts.aliases, observation_type: storedAs(inputs) },
    conditions: parts.conditions,
  });
  return [
    kernel.dispatch({
      shape: { rows, stride, blocks, opaque_one: 1 },
      tensors: {
        inputs: read(inputs),
        values: write(values),
        unused_3: undefined,
        unused_4: undefined,
        weights: read(packed.tensor),
      },
      workgroups: [Math.ceil(columns / (forward.columnsOfBlock(columns) * blocks)), 1, agents],
    }),
  ];
}
