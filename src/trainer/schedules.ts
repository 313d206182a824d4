/** What changes with the iteration, on the device: a schedule never recompiles and never re-records. */
import type { Tensor } from '../gpu/arena';
import { write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';

const MERGE_LANES = 64;

/** Counts the iteration and sets the next one's learning rate. */
export function scheduleStage({ kernels }: Runtime, agents: Tensor): Stage {
  const count = agents.shape[0]!;
  const dispatch = kernels
    .kernel({ shader: 'trainer/schedule', constants: { MERGE_LANES } })
    .dispatch({
      shape: { agents: count },
      tensors: [write(agents)],
      workgroups: [Math.ceil(count / MERGE_LANES), 1, 1],
    });
  return { name: 'schedule', dispatches: [dispatch] };
}
