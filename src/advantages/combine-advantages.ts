/** The policy's advantages where value heads add to them. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { f32Literal } from '../gpu/wgsl-number';
import type { RolloutSizes } from '../rollout/rollout-buffer';
import { ADVANTAGE_LANES } from './gae';

/** Workgroups per agent at most; beyond, an invocation adds several advantages. */
const MAX_GROUPS = 1024;

export interface CombineOptions {
  readonly sizes: RolloutSizes;
  /** Advantages of the head, [K][T][stride]. */
  readonly head: Tensor;
  readonly coefficient: number;
  /** [K][T][stride] */
  readonly combined: Tensor;
  /** What the first head adds to, [K][T][stride]; undefined for later ones. */
  readonly advantages: Tensor | undefined;
}

/** combined ← advantages (or what is combined so far) + coefficient · head */
export function combineAdvantages({ kernels }: Runtime, options: CombineOptions): Dispatch {
  const { sizes, head, coefficient, combined, advantages } = options;
  const elements = sizes.steps * sizes.stride;
  const groups = Math.min(MAX_GROUPS, Math.ceil(elements / ADVANTAGE_LANES));
  return kernels
    .kernel({
      shader: 'advantages/combine-advantages',
      constants: { ADVANTAGE_LANES, COEFFICIENT: f32Literal(coefficient) },
      conditions: { first_head: advantages !== undefined },
    })
    .dispatch({
      shape: { elements, invocations: groups * ADVANTAGE_LANES },
      tensors: {
        head: read(head),
        combined: write(combined),
        advantages: advantages && read(advantages),
      },
      workgroups: [groups, 1, sizes.agents],
    });
}
