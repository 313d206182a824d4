/** What of the state of training is read while iterations that change it are in flight. */
import type { Tensor } from '../gpu/arena';
import type { TrainState } from './train-state';

export interface PolicyTensors {
  /** [K][P] */
  readonly parameters: Tensor;
  /** Statistics that the networks' inputs are normalised by, [K][O][MOMENTS_WORDS]. */
  readonly observationMoments: Tensor;
  /** Of the discounted returns that rewards are scaled by, [K][1][MOMENTS_WORDS]. */
  readonly returnMoments: Tensor;
}

export function policyTensors({ parameters, normalizer }: TrainState): PolicyTensors {
  const { observationMoments, returnMoments } = normalizer;
  return { parameters, observationMoments, returnMoments };
}
