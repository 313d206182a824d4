/** Computes an exported model from its bytes, independently of what wrote them. */
import { decodeOnnx, OnnxError, type OnnxValue } from '../formats/onnx';
import type { ActInputs, Decisions } from '../trainer/act-on-device';
import { computeNode, type Value } from './onnx-operators';

/** Checks a tensor against the shape that the model declares. */
function checkShape({ name, dims }: OnnxValue, found: Value | undefined, batch: number): Value {
  const wanted = dims.map((dim) => (typeof dim === 'string' ? batch : dim));
  if (found && found.dims.join() === wanted.join()) return found;
  const shape = found ? `[${found.dims.join(', ')}]` : 'missing';
  throw new OnnxError(`has ${name} ${shape}; it must be [${wanted.join(', ')}]`);
}

/** The outputs of a model by their names. */
function run(bytes: Uint8Array, given: Readonly<Record<string, Value>>, batch: number) {
  const model = decodeOnnx(bytes);
  const values = new Map<string, Value>();
  for (const { name, dims, values: data } of model.constants) {
    values.set(name, { dims, data: data as Value['data'] });
  }
  for (const input of model.inputs) {
    values.set(input.name, checkShape(input, given[input.name], batch));
  }
  for (const node of model.nodes) {
    const inputs = node.inputs.map((name) => {
      const value = values.get(name);
      if (!value) throw new OnnxError(`uses ${name} before it is computed`);
      return value;
    });
    const outputs = computeNode(node, inputs);
    for (const [index, name] of node.outputs.entries()) values.set(name, outputs[index]!);
  }
  return new Map(
    model.outputs.map((output) => [
      output.name,
      checkShape(output, values.get(output.name), batch),
    ]),
  );
}

/**
 * What an exported model does for N observations.
 * @throws OnnxError for bytes that are no exported model.
 */
export function evaluateOnnx(bytes: Uint8Array, { observations, masks }: ActInputs): Decisions {
  const batch = observations.length;
  const matrix = (lists: readonly ArrayLike<number | boolean>[]): Value => ({
    dims: [batch, lists[0]?.length ?? 0],
    data: Float32Array.from(lists.flatMap((list) => Array.from(list, Number))),
  });
  const given = {
    observation: matrix(observations),
    ...(masks ? { mask: matrix(masks) } : {}),
  };
  const outputs = run(bytes, given, batch);
  const output = (name: string): Value => {
    const found = outputs.get(name);
    if (!found) throw new OnnxError(`has no output ${name}`);
    return found;
  };
  const { dims, data } = output('action');
  const size = dims[1]!;
  return {
    actions: observations.map((_, n) => Array.from(data).slice(n * size, (n + 1) * size)),
    logProbabilities: Array.from(output('log_probability').data),
    values: outputs.has('value') ? Array.from(output('value').data) : null,
  };
}
