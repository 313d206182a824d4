/** Moments (count, mean, squared deviations) of the advantages and returns of a batch. */
import type { Arena, Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { MOMENTS_WORDS, momentGroups, moments } from '../kernels/moments';
import type { RolloutSizes } from '../rollout/rollout-buffer';

export interface MomentTensors {
  /** [K][groups][MOMENTS_WORDS] */
  readonly partials: Tensor;
  /** [K][slots][MOMENTS_WORDS] */
  readonly merged: Tensor;
}

export function declareMoments(
  arena: Arena,
  name: string,
  agents: number,
  elements: number,
  slots: number,
): MomentTensors {
  const groups = momentGroups(elements);
  return {
    partials: arena.declare(`${name} partial moments`, [agents, groups, MOMENTS_WORDS]),
    merged: arena.declare(`${name} moments`, [agents, slots, MOMENTS_WORDS]),
  };
}

/** Moments of tensors of a whole batch, [K][T][stride], one slot each. */
export function batchMoments(
  runtime: Runtime,
  sizes: RolloutSizes,
  tensors: readonly Tensor[],
  target: MomentTensors,
): Dispatch[] {
  return tensors.flatMap((tensor, slot) =>
    moments(runtime, {
      agents: sizes.agents,
      values: tensor,
      rows: sizes.steps,
      columns: sizes.envs,
      rowStride: sizes.stride,
      offset: 0,
      agentStride: sizes.steps * sizes.stride,
      ...target,
      slots: tensors.length,
      slot,
    }),
  );
}
