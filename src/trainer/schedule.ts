/** Schedules run on the device; they never recompile kernels and never record commands again. */

import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Tensor } from '../gpu/arena';
import { read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import { MERGE_LANES } from '../kernels/moments';

/** The updates of an iteration, which adaptive schedules depend on. */
export interface ScheduleOptions {
  /** [K][updates][STATISTICS] */
  readonly statistics: Tensor;
  /** Updates of the last epoch. */
  readonly minibatches: number;
}

/** Counts the iteration and sets the next one's learning rates and coefficients. */
export function scheduleStage(
  { kernels }: Runtime,
  agents: Tensor,
  learning?: ScheduleOptions,
): Stage {
  const count = agents.shape[0]!;
  const dispatch = kernels
    .kernel({
      shader: 'trainer/schedule',
      constants: { MERGE_LANES, LOSS_TERMS: LOSS_CONSTANTS.LOSS_TERMS! },
      conditions: { learns: learning !== undefined },
    })
    .dispatch({
      shape: {
        agents: count,
        updates: learning?.statistics.shape[1] ?? 0,
        minibatches: learning?.minibatches ?? 0,
      },
      tensors: {
        agents: write(agents),
        statistics: learning ? read(learning.statistics) : undefined,
      },
      workgroups: [Math.ceil(count / MERGE_LANES), 1, 1],
    });
  return { name: 'schedule', dispatches: [dispatch] };
}
