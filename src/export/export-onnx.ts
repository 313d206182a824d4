/** A policy as an ONNX model, for ONNX Runtime and everything else that reads the format. */
import { encodeOnnx, OPSET } from '../formats/onnx';
import type { SavedPolicy } from '../trainer/saved-policy';
import { describeModel } from './describe-policy';
import { onnxGraph } from './onnx-graph';
import { type AgentOption, policyModel } from './policy-model';

/**
 * The greedy policy of one agent as a model with normalizer, networks and action head (opset 17, IR
 * version 8).
 *
 * | name | type | shape | |
 * |---|---|---|---|
 * | `observation` | float32 | [batch, O] | input: raw observations |
 * | `mask` | bool | [batch, D] | input, only where the environment masks its actions |
 * | `action` | int64 (choices) or float32 | [batch, A] | as the environment gets it |
 * | `log_probability` | float32 | [batch] | of that action; for clipped numbers before clipping |
 * | `value` | float32 | [batch] | left out for a policy without a critic |
 *
 * A mask that allows no value of a choice allows all, as in training. The metadata's `description`
 * is the JSON of `describePolicy`.
 * @throws ConfigError as `loadPolicy` does.
 */
export function exportOnnx(saved: SavedPolicy, options: AgentOption = {}): Uint8Array {
  const model = policyModel(saved, options);
  const { environment, agent } = model;
  return encodeOnnx({
    name: environment.id,
    producer: 'lockstep-ppo',
    description: `The greedy policy of agent ${agent} for ${environment.id}.`,
    metadata: { description: JSON.stringify(describeModel(model)) },
    opset: OPSET,
    ...onnxGraph(model),
  });
}
