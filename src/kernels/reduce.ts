/** Deterministic reductions in two stages whose shape depends on the element count and the adapter alone. */
import { elementCount, type Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { type Dispatch, read, write } from '../gpu/kernel';
import { MIN_MOMENTS_PER_GROUP, profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import { storedAs } from './stored';

/** Invocations of a workgroup where each merges the moments of one field. */
export const MERGE_LANES = 64;
/** 32-bit words of a Moments struct (shaders/lib/moments.wesl): count, mean, sum of squared deviations. */
export const MOMENTS_WORDS = 3;

/** Workgroups of a gradient's sum, hence partial norms per agent. */
export function gradientGroups({ adapter }: Gpu, parameters: number): number {
  return Math.min(256, Math.ceil(parameters / profileOf(adapter).gradientsPerGroup));
}

/** gradients[p] = Σ_slice partials[slice][p] of partials [K][slices][P]. */
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

export interface MomentsOptions {
  readonly agents: number;
  /** [K][rows][rowStride] from `offset` on, of which the first `columns` of a row count. */
  readonly values: Tensor;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly offset: number;
  readonly agentStride: number;
  /** Moments of so many fields, each `fieldStride` behind the one before; one by default. */
  readonly fields?: number;
  readonly fieldStride?: number;
  /** Room for [K][fields][momentGroups(rows · columns)][MOMENTS_WORDS]. */
  readonly partials: Tensor;
  /** [K][slots][MOMENTS_WORDS], of which `slot` is written, or one per field from it on. */
  readonly merged: Tensor;
  readonly slots: number;
  readonly slot: number;
}

/** The most workgroups of the first stage. */
export function momentGroups(elements: number, perGroup = MIN_MOMENTS_PER_GROUP): number {
  return Math.min(64, Math.ceil(elements / perGroup));
}

/** Count, mean and sum of squared deviations of all elements, per agent and field. */
export function moments({ gpu, kernels }: Runtime, options: MomentsOptions): Dispatch[] {
  const { agents, rows, columns, slots, slot, fields = 1, fieldStride = 0 } = options;
  const elements = rows * columns;
  const { momentsPerGroup, reductionLanes: lanes } = profileOf(gpu.adapter);
  const groups = momentGroups(elements, momentsPerGroup);
  // A single group's are merged already.
  const target =
    groups === 1
      ? { tensor: options.merged, agentStride: slots, fieldStride: 1, offset: slot }
      : { tensor: options.partials, agentStride: fields * groups, fieldStride: groups, offset: 0 };
  const first = kernels
    .kernel({
      shader: 'kernels/moments',
      constants: { MOMENT_LANES: lanes },
      aliases: { values_type: storedAs(options.values) },
    })
    .dispatch({
      shape: {
        rows,
        columns,
        row_stride: options.rowStride,
        offset: options.offset,
        agent_stride: options.agentStride,
        rounds: Math.ceil(elements / (groups * lanes)),
        field_stride: fieldStride,
        target_offset: target.offset,
        target_agent_stride: target.agentStride,
        target_field_stride: target.fieldStride,
      },
      tensors: { values: read(options.values), target_moments: write(target.tensor) },
      workgroups: [groups, fields, agents],
    });
  if (groups === 1) return [first];
  const second = kernels
    .kernel({ shader: 'kernels/moments-merge', constants: { MERGE_LANES } })
    .dispatch({
      shape: { agents, fields, groups, slots, slot },
      tensors: { partials: read(options.partials), merged: write(options.merged) },
      workgroups: [Math.ceil((agents * fields) / MERGE_LANES), 1, 1],
    });
  return [first, second];
}
