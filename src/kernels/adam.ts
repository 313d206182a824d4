/** Adam over the flat parameters of every agent, with clipping by the global norm. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { gradientGroups } from './reduce';

const ADAM_LANES = 64;
const PARAMETERS_PER_LANE = 8;

export interface AdamOptions {
  readonly agents: { readonly tensor: Tensor; readonly count: number };
  /** P */
  readonly parameterCount: number;
  /** [K][P] */
  readonly gradients: Tensor;
  /** [K][gradientGroups(P)] */
  readonly norms: Tensor;
  /** [K][P] */
  readonly parameters: Tensor;
  /** First and second moments, [K][2][P]. */
  readonly optimizer: Tensor;
  /** Where the gradient's norm before clipping goes: an agent's stride and the offset within it. */
  readonly statistics: {
    readonly tensor: Tensor;
    readonly agentStride: number;
    readonly offset: number;
  };
}

/** One optimizer step with the learning rate of each agent's record. */
export function adam({ kernels }: Runtime, options: AdamOptions): Dispatch {
  const { agents, parameterCount, statistics } = options;
  return kernels
    .kernel({ shader: 'kernels/adam', constants: { ADAM_LANES, PARAMETERS_PER_LANE } })
    .dispatch({
      shape: {
        parameters: parameterCount,
        groups: gradientGroups(parameterCount),
        statistics_offset: statistics.offset,
        statistics_stride: statistics.agentStride,
      },
      tensors: [
        read(agents.tensor),
        read(options.gradients),
        read(options.norms),
        write(options.parameters),
        write(options.optimizer),
        write(statistics.tensor),
      ],
      workgroups: [Math.ceil(parameterCount / (ADAM_LANES * PARAMETERS_PER_LANE)), 1, agents.count],
    });
}
