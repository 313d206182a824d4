/** How much better each action was than expected, and the targets of the value function. */
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { RolloutBuffer, ValueBuffer } from '../rollout/rollout-buffer';
import { gae } from './gae';
import { batchMoments, type MomentTensors } from './normalize';

/** Advantages and returns of the whole rollout, and their moments. */
export function advantageStage(
  runtime: Runtime,
  agents: Tensor,
  rollout: RolloutBuffer,
  values: ValueBuffer,
  moments: MomentTensors,
): Stage {
  return {
    name: 'advantages',
    dispatches: [
      gae(runtime, agents, rollout, values),
      ...batchMoments(runtime, rollout.sizes, values, moments),
    ],
  };
}
