/** A policy's numbers by the names of Stable-Baselines3, as JSON or safetensors. */
import { encodeSafetensors } from '../formats/safetensors';
import type { SavedPolicy } from '../trainer/saved-policy';
import { describeModel } from './describe-policy';
import { type AgentOption, policyModel } from './policy-model';
import { sb3Tensors } from './sb3-names';

/** Nested lists of numbers, outermost dimension first. */
type Nested = number | readonly Nested[];

/** The shortest decimal number that float32 rounds to the same. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function nested(shape: readonly number[], values: Float32Array): Nested {
  const [length = 0, ...inner] = shape;
  if (inner.length === 0) return Array.from(values, shortest);
  const size = values.length / length;
  return Array.from({ length }, (_, index) =>
    nested(inner, values.subarray(index * size, (index + 1) * size)),
  );
}

/**
 * The numbers of one agent's policy as JSON: `tensors` by the names of a Stable-Baselines3 state
 * dict, as nested lists, and the `description` of `describePolicy`. What SB3 has no name for is
 * described in docs/export.md.
 * @throws ConfigError as `loadPolicy` does.
 */
export function exportJson(saved: SavedPolicy, options: AgentOption = {}): string {
  const model = policyModel(saved, options);
  const tensors = sb3Tensors(model).map(({ name, shape, values }) => [name, nested(shape, values)]);
  const file = { description: describeModel(model), tensors: Object.fromEntries(tensors) };
  return `${JSON.stringify(file)}\n`;
}

/**
 * The same numbers in the safetensors format; the description is JSON in the metadata.
 * @throws ConfigError as `loadPolicy` does.
 */
export function exportSafetensors(saved: SavedPolicy, options: AgentOption = {}): Uint8Array {
  const model = policyModel(saved, options);
  const tensors = sb3Tensors(model).map(({ name, ...tensor }) => [name, tensor] as const);
  return encodeSafetensors({
    tensors: Object.fromEntries(tensors),
    metadata: { format: 'pt', description: JSON.stringify(describeModel(model)) },
  });
}
