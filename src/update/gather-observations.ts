/** Copies the observations of a minibatch from the rollout, and unpacks those that are bits. */
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import {
  GATHER_LANES,
  type GatherOptions,
  gatherShape,
  gatherWorkgroups,
  isObservedApart,
} from './gather';

/** Numbers of a sample that one invocation copies; whole words of bits. */
const NUMBERS_PER_LANE = 128;

/** Copies them in the order of `gather`; no dispatch where that copies them itself. */
export function gatherObservations(runtime: Runtime, options: GatherOptions): Dispatch[] {
  const { task, agents, rollout, minibatch } = options;
  if (!isObservedApart(task)) return [];
  const source = task.program('update/gather-observations', { GATHER_LANES, NUMBERS_PER_LANE });
  const [groups, , agentCount] = gatherWorkgroups(minibatch, rollout.sizes.agents);
  return [
    runtime.kernels.kernel(source).dispatch({
      shape: gatherShape(options),
      tensors: {
        agents: read(agents),
        observations: read(rollout.inputs),
        minibatch: write(minibatch.tensor),
      },
      workgroups: [groups, Math.ceil(task.observationSize / NUMBERS_PER_LANE), agentCount],
    }),
  ];
}
