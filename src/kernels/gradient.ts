/**
 * Sums and norms of gradients, in two stages whose shape depends on the parameters and the adapter
 * alone.
 */
import { elementCount, type Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { type Dispatch, read, write } from '../gpu/kernel';
import { profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';

/** Workgroups per agent that sum a gradient, and therefore partial norms per agent. */
export function gradientGroups({ adapter }: Gpu, parameters: number): number {
  return Math.min(256, Math.ceil(parameters / profileOf(adapter).gradientsPerGroup));
}

/** gradients[p] = Σ_slice partials[slice][p], for partials [K][slices][P]. */
export function gradientSum(
  { gpu, kernels }: Runtime,
  partials: Tensor,
  gradients: Tensor,
): Dispatch {
  const [agents, slices, parameters] = partials.shape as [number, number, number];
  const groups = gradientGroups(gpu, parameters);
  const lanes = profileOf(gpu.adapter).reductionLanes;
  return kernels
    .kernel({ shader: 'kernels/gradient-sum', constants: { GRADIENT_LANES: lanes } })
    .dispatch({
      shape: { parameters, slices, rounds: Math.ceil(parameters / (groups * lanes)) },
      tensors: { partials: read(partials), gradients: write(gradients) },
      workgroups: [groups, 1, agents],
    });
}

/**
 * Squared norms of the parts of the gradient.
 * @param gradients [K][P], or in quads [K][…][4]
 * @param norms [K][groups]; their number fixes the order of the sums
 */
export function gradientNorm(
  { gpu, kernels }: Runtime,
  gradients: Tensor,
  norms: Tensor,
): Dispatch {
  const [agents, groups] = norms.shape as [number, number];
  const quads = gradients.shape.length > 2;
  const elements = elementCount(gradients.shape) / (agents * (quads ? 4 : 1));
  const lanes = profileOf(gpu.adapter).reductionLanes;
  return kernels
    .kernel({
      shader: 'kernels/gradient-norm',
      constants: { GRADIENT_LANES: lanes },
      conditions: { quads },
    })
    .dispatch({
      shape: { elements, groups, rounds: Math.ceil(elements / (groups * lanes)) },
      tensors: { gradients: read(gradients), norms: write(norms) },
      workgroups: [groups, 1, agents],
    });
}
