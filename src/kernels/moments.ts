/** Moments in two stages whose shape depends on the element count and the adapter alone. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { MIN_MOMENTS_PER_GROUP, profileOf } from '../gpu/profile';
import type { Runtime } from '../gpu/runtime';
import { storedAs } from './stored';

/** Invocations per workgroup of moments-merge, each for the moments of one field. */
export const MERGE_LANES = 64;
/**
 * 32-bit words of a Moments struct (shaders/lib/moments.wesl): count, mean, sum of squared
 * deviations.
 */
export const MOMENTS_WORDS = 3;

export interface MomentsOptions {
  readonly agents: number;
  /** [K][rows][rowStride] from `offset` on; only the first `columns` of each row count. */
  readonly values: Tensor;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly offset: number;
  readonly agentStride: number;
  /** Number of fields, each `fieldStride` after the previous one; 1 by default. */
  readonly fields?: number;
  readonly fieldStride?: number;
  /** Room for [K][fields][momentGroups(rows · columns)][MOMENTS_WORDS]. */
  readonly partials: Tensor;
  /** [K][slots][MOMENTS_WORDS]; the moments are written from `slot` on, one slot per field. */
  readonly merged: Tensor;
  readonly slots: number;
  readonly slot: number;
}

/** The largest number of workgroups of the first stage. */
export function momentGroups(elements: number, perGroup = MIN_MOMENTS_PER_GROUP): number {
  return Math.min(64, Math.ceil(elements / perGroup));
}

/** Count, mean and sum of squared deviations of all elements, per agent and field. */
export function moments({ gpu, kernels }: Runtime, options: MomentsOptions): Dispatch[] {
  const { agents, rows, columns, slots, slot, fields = 1, fieldStride = 0 } = options;
  const elements = rows * columns;
  const { momentsPerGroup, reductionLanes: lanes } = profileOf(gpu.adapter);
  const groups = momentGroups(elements, momentsPerGroup);
  // The moments of a single group need no merging.
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
