/** Exponential moving average of every agent's parameters: the kernel of docs/recipes/kernel.md. */
import type { Tensor } from '../../src/gpu/arena';
import { type Dispatch, read, write } from '../../src/gpu/kernel';
import type { Runtime } from '../../src/gpu/runtime';

const AVERAGE_LANES = 64;

export interface AverageOptions {
  /** [K][P] */
  readonly parameters: Tensor;
  /** [K][P] */
  readonly averages: Tensor;
  /** Share of the way to the parameters that one dispatch covers, 0 to 1. */
  readonly rate: number;
}

/** averages += rate (parameters - averages) */
export function average({ kernels }: Runtime, options: AverageOptions): Dispatch {
  const { parameters, averages, rate } = options;
  const [agents, count] = parameters.shape as [number, number];
  return kernels
    .kernel({ shader: 'kernels/average', constants: { AVERAGE_LANES, RATE: rate } })
    .dispatch({
      shape: { parameters: count },
      tensors: { parameters: read(parameters), averages: write(averages) },
      workgroups: [Math.ceil(count / AVERAGE_LANES), 1, agents],
    });
}
