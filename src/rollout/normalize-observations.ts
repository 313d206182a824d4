/** Running moments of the observations, and the network inputs normalized with them. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import {
  type BatchMoments,
  declareBatchMoments,
  updateRunningMoments,
} from '../kernels/running-moments';
import { storedAs } from '../kernels/stored';
import type { RolloutBuffer } from './rollout-buffer';
import { ROLLOUT_LANES } from './task';

export interface NormalizeOptions {
  readonly agents: Tensor;
  readonly buffer: RolloutBuffer;
  /** Moments of each field, [K][O][RUNNING_MOMENTS_WORDS]. */
  readonly observationMoments: Tensor;
}

/**
 * Computes rows `firstRow` … `firstRow + rowCount - 1` of `inputs` from those of `observations`.
 */
export function normalizeObservations(
  { kernels }: Runtime,
  { agents, buffer, observationMoments }: NormalizeOptions,
  firstRow: number,
  rowCount: number,
): Dispatch {
  const { sizes, observations, inputs } = buffer;
  const fields = observations.shape[2]!;
  return kernels
    .kernel({
      shader: 'rollout/normalize-observations',
      constants: { ROLLOUT_LANES, OBSERVATION_SIZE: fields },
      aliases: { observation_type: storedAs(observations) },
    })
    .dispatch({
      shape: {
        environments: sizes.envs,
        stride: sizes.stride,
        rows: sizes.rows,
        first_row: firstRow,
        row_count: rowCount,
      },
      tensors: {
        agents: read(agents),
        running: read(observationMoments),
        observations: read(observations),
        inputs: write(inputs),
      },
      workgroups: [Math.ceil(sizes.envs / ROLLOUT_LANES), fields, sizes.agents],
    });
}

/**
 * Updates the running moments once per iteration, after its updates; they do not change within it.
 */
export class ObservationStatistics {
  private readonly batch: BatchMoments | undefined;

  /** Declares scratch memory; without `running`, observations are not normalized. */
  constructor(
    private readonly runtime: Runtime,
    private readonly buffer: RolloutBuffer,
    private readonly running: Tensor | undefined,
  ) {
    if (!running) return;
    const { agents, envs, steps } = buffer.sizes;
    const fields = buffer.observations.shape[2]!;
    this.batch = declareBatchMoments(runtime.arena, 'observation', agents, fields, envs * steps);
  }

  /** Merges the raw observations that the T steps acted on into the running moments. */
  stages(): Stage[] {
    const { running, batch, buffer } = this;
    if (!running || !batch) return [];
    const { agents, envs, steps, stride, rows } = buffer.sizes;
    const fields = buffer.observations.shape[2]!;
    const values = {
      agents,
      values: buffer.observations,
      rows: steps,
      columns: envs,
      rowStride: fields * stride,
      offset: 0,
      agentStride: rows * fields * stride,
      fields,
      fieldStride: stride,
    };
    const dispatches = updateRunningMoments(this.runtime, values, batch, running);
    return [{ name: 'observation statistics', dispatches }];
  }
}
