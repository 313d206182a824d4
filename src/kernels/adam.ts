/** Adam over the flat parameters of every agent, with decoupled weight decay. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';

const ADAM_LANES = 64;
const PARAMETERS_PER_LANE = 8;

export interface AdamOptions {
  readonly agents: Tensor;
  /** [K][P] */
  readonly gradients: Tensor;
  /** [K][P] */
  readonly parameters: Tensor;
  /** First and second moments, [K][2][P]. */
  readonly optimizer: Tensor;
  /** The critic's own parameters, from the first to just past the last. */
  readonly critic: { readonly begin: number; readonly end: number };
}

/** One optimizer step with the learning rates of each agent's record, where it says `applies`. */
export function adam({ kernels }: Runtime, options: AdamOptions): Dispatch {
  const { agents, gradients, parameters, optimizer, critic } = options;
  const [agentCount, parameterCount] = parameters.shape as [number, number];
  return kernels
    .kernel({ shader: 'kernels/adam', constants: { ADAM_LANES, PARAMETERS_PER_LANE } })
    .dispatch({
      shape: { parameters: parameterCount, critic_begin: critic.begin, critic_end: critic.end },
      tensors: [read(agents), read(gradients), write(parameters), write(optimizer)],
      workgroups: [Math.ceil(parameterCount / (ADAM_LANES * PARAMETERS_PER_LANE)), 1, agentCount],
    });
}
