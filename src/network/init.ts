/**
 * Initial parameters: orthogonal weights and zero biases, except for the bias of the actor's head
 * and the free parameters, whose initial values the distribution defines (`initialOutputs`).
 * Gains √2 for hidden layers, 0.01 for the actor's head, 1 for the critic's
 * (detail 2 of the 37; CleanRL ppo.py, `layer_init`). Normalization layers start with gain 1, bias
 * 0.
 */
import { Rng, STREAM } from '../kernels/rng';
import type { ActorCriticLayout } from './actor-critic';
import type { MlpLayer } from './mlp';

/** Subtracts from `row` its components along the first `count` rows. Dominates initialization. */
function removeProjections(rows: readonly Float64Array[], row: Float64Array, count: number): void {
  const { length } = row;
  for (let other = 0; other < count; other++) {
    const direction = rows[other]!;
    let overlap = 0;
    for (let column = 0; column < length; column++) overlap += row[column]! * direction[column]!;
    for (let column = 0; column < length; column++) row[column]! -= overlap * direction[column]!;
  }
}

/** Makes the rows orthonormal by Gram–Schmidt, each row twice for float64 accuracy. */
function orthonormalize(rows: readonly Float64Array[]): void {
  for (const [index, row] of rows.entries()) {
    removeProjections(rows, row, index);
    removeProjections(rows, row, index);
    const norm = Math.hypot(...row);
    for (let column = 0; column < row.length; column++) row[column]! /= norm;
  }
}

/**
 * A random matrix [outputs][inputs] with orthogonal rows or columns, whichever are fewer, of norm
 * `gain` (Saxe et al. 2014).
 */
export function orthogonal(outputs: number, inputs: number, gain: number, rng: Rng): Float64Array {
  const wide = outputs <= inputs;
  const [count, length] = wide ? [outputs, inputs] : [inputs, outputs];
  const rows = Array.from({ length: count }, () =>
    Float64Array.from({ length }, () => rng.normal()),
  );
  orthonormalize(rows);
  return Float64Array.from({ length: outputs * inputs }, (_, index) => {
    const output = Math.floor(index / inputs);
    const input = index % inputs;
    return gain * (wide ? rows[output]![input]! : rows[input]![output]!);
  });
}

/** Fills the layers that no earlier network has filled. */
function fillMlp(
  target: Float32Array,
  layers: readonly MlpLayer[],
  filled: readonly MlpLayer[],
  headGain: number,
  rng: Rng,
): void {
  for (const [index, layer] of layers.entries()) {
    if (filled.includes(layer)) continue;
    const { inputs, outputs, weightOffset, norm } = layer;
    const gain = index === layers.length - 1 ? headGain : Math.SQRT2;
    target.set(orthogonal(outputs, inputs, gain, rng), weightOffset);
    if (norm) target.fill(1, norm.gainOffset, norm.gainOffset + outputs);
  }
}

/** The initial parameters [P] of the agent with this seed. */
export function initialParameters(layout: ActorCriticLayout, seed: number): Float32Array {
  const { actor, critic } = layout;
  const rng = new Rng([seed, 0, STREAM.initialize, 0], [0, 0, 0]);
  const parameters = new Float32Array(layout.parameterCount);
  fillMlp(parameters, actor.layers, [], 0.01, rng);
  // The hidden layers of a shared trunk are filled as the actor's.
  if (critic) fillMlp(parameters, critic.layers, actor.layers, 1, rng);
  const { biasOffset, outputs } = actor.layers.at(-1)!;
  parameters.set(layout.initialOutputs.slice(0, outputs), biasOffset);
  parameters.set(layout.initialOutputs.slice(outputs), layout.freeOffset);
  return parameters;
}
