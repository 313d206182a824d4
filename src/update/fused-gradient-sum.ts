/** The sum of partial gradients in the packed layout. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import { gradientGroups } from '../kernels/gradient';

/** Quads that a workgroup sums at once when several lanes share the rows of each. */
const QUAD_LANES = 16;

/** gradients[q] = Σ_row partials[row][q], for partials [K][rows][quads][4]. */
export function fusedGradientSum(
  { gpu, kernels }: Runtime,
  partials: Tensor,
  gradients: Tensor,
): Dispatch {
  const [agents, rows, quads] = partials.shape as [number, number, number];
  const { gradientRowLanes, reductionLanes } = profileOf(gpu.adapter);
  const many = gradientRowLanes > 1 && rows >= gradientRowLanes;
  const lanes = many ? QUAD_LANES * gradientRowLanes : reductionLanes;
  const rowLanes = many ? gradientRowLanes : 1;
  const groups = gradientGroups(gpu, 4 * quads);
  return kernels
    .kernel({
      shader: 'update/fused-gradient-sum',
      constants: { GRADIENT_LANES: lanes, ROW_LANES: rowLanes },
      conditions: { row_lanes: many },
    })
    .dispatch({
      shape: { quads, rows, rounds: Math.ceil((quads * rowLanes) / (groups * lanes)) },
      tensors: { partials: read(partials), gradients: write(gradients) },
      workgroups: [groups, 1, agents],
    });
}
