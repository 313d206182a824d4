/** Adam over the flat parameters of every agent, with decoupled weight decay. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import { groupShape, type ParameterGroup } from './parameter-groups';

export interface AdamOptions {
  readonly agents: Tensor;
  /** Set to 1 for agents with a non-finite parameter, [K]. */
  readonly faults: Tensor;
  /** [K][P] */
  readonly gradients: Tensor;
  /** [K][P] */
  readonly parameters: Tensor;
  /** First and second moments, [K][2][P]. */
  readonly optimizer: Tensor;
  /** The parameters with a learning rate other than rate 0. */
  readonly groups: readonly ParameterGroup[];
}

/** One optimizer step at the learning rates of each agent's record, if its `applies` is set. */
export function adam({ gpu, kernels }: Runtime, options: AdamOptions): Dispatch {
  const { agents, faults, gradients, parameters, optimizer, groups } = options;
  const [agentCount, parameterCount] = parameters.shape as [number, number];
  const { lanes, perLane } = profileOf(gpu.adapter).adam;
  return kernels
    .kernel({
      shader: 'kernels/adam',
      constants: { ADAM_LANES: lanes, PARAMETERS_PER_LANE: perLane },
    })
    .dispatch({
      shape: { elements: parameterCount, ...groupShape(groups) },
      tensors: {
        agents: read(agents),
        faults: write(faults),
        gradients: read(gradients),
        parameters: write(parameters),
        optimizer: write(optimizer),
      },
      workgroups: [Math.ceil(parameterCount / (lanes * perLane)), 1, agentCount],
    });
}
