/** Adam on the packed weights of every agent. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import type { AdamOptions } from '../kernels/adam';
import { groupShape } from '../kernels/parameter-groups';
import { CRITIC_RATE } from '../network/actor-critic';
import type { PackedWeights } from '../network/packed-weights';

export interface FusedAdamOptions extends Pick<AdamOptions, 'agents' | 'faults'> {
  /** [K][quads] of vec4f */
  readonly gradients: Tensor;
  readonly packed: PackedWeights;
  /** First and second moments, [K][2][quads] of vec4f. */
  readonly optimizer: Tensor;
}

/** One optimizer step at the learning rates of each agent's record, for agents with `applies` set. */
export function fusedAdam({ gpu, kernels }: Runtime, options: FusedAdamOptions): Dispatch {
  const { agents, faults, gradients, packed, optimizer } = options;
  const quads = packed.packing.gradientQuads;
  const critic = packed.network('critic');
  const groups = critic
    ? [{ begin: critic.first, end: critic.first + critic.sections.end, rate: CRITIC_RATE }]
    : [];
  const { lanes, perLane } = profileOf(gpu.adapter).adam;
  const quadsPerLane = perLane / 4;
  return kernels
    .kernel({
      shader: 'update/fused-adam',
      constants: { ADAM_LANES: lanes, QUADS_PER_LANE: quadsPerLane, ...packed.layoutConstants },
    })
    .dispatch({
      shape: { elements: quads, ...groupShape(groups) },
      tensors: {
        agents: read(agents),
        faults: write(faults),
        gradients: read(gradients),
        weights: write(packed.tensor),
        optimizer: write(optimizer),
      },
      workgroups: [Math.ceil(quads / (lanes * quadsPerLane)), 1, agents.shape[0]!],
    });
}
