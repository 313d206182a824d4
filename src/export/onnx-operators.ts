/**
 * The operators of exported models, computed in float32 on the host. They follow ONNX's definitions
 * (opset 17), and exist to check the bytes of a model: what runs a model elsewhere is a runtime.
 */
import { type OnnxAttribute, OnnxError, type OnnxNode, TYPE } from '../formats/onnx';

/** A tensor of any element type; booleans are 0 and 1. */
export interface Value {
  readonly dims: readonly number[];
  readonly data: Float32Array | readonly number[];
}

type Attributes = Readonly<Record<string, OnnxAttribute>>;
type Operator = (inputs: readonly Value[], attributes: Attributes) => Value | readonly Value[];

const count = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

function int(attributes: Attributes, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute && 'int' in attribute ? attribute.int : otherwise;
}

function float(attributes: Attributes, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute && 'float' in attribute ? attribute.float : otherwise;
}

/** The same function for each element. */
const each =
  (of: (x: number) => number): Operator =>
  ([x]) => ({ dims: x!.dims, data: Float32Array.from(x!.data, of) });

/** The index into an operand that is spread over `dims`, of element `index` there. */
function spreadIndex(operand: Value, dims: readonly number[], index: number): number {
  let rest = index;
  let stride = 1;
  let at = 0;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const own = operand.dims[axis - dims.length + operand.dims.length] ?? 1;
    if (own !== 1) at += (rest % dims[axis]!) * stride;
    stride *= own;
    rest = Math.floor(rest / dims[axis]!);
  }
  return at;
}

/** The shape that operands have in common. */
function commonDims(operands: readonly Value[]): number[] {
  const rank = Math.max(...operands.map(({ dims }) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const own = operands.map(({ dims }) => dims[axis - rank + dims.length] ?? 1);
    const size = own.find((dim) => dim !== 1) ?? 1;
    if (own.some((dim) => dim !== 1 && dim !== size)) {
      const shapes = operands.map(({ dims }) => `[${dims.join(', ')}]`).join(' and ');
      throw new OnnxError(`combines tensors of the shapes ${shapes}`);
    }
    return size;
  });
}

/** A function of the elements of several tensors that are spread over a common shape. */
const together =
  (of: (...elements: readonly number[]) => number): Operator =>
  (operands) => {
    const dims = commonDims(operands);
    const data = Float32Array.from({ length: count(dims) }, (_, index) =>
      of(...operands.map((operand) => operand.data[spreadIndex(operand, dims, index)]!)),
    );
    return { dims, data };
  };

/** The rows along the last axis. */
function rows({ dims, data }: Value): Float32Array[] {
  const size = dims.at(-1)!;
  const all = Float32Array.from(data);
  return Array.from({ length: size === 0 ? 0 : all.length / size }, (_, row) =>
    all.subarray(row * size, (row + 1) * size),
  );
}

/** A result for each row of a matrix, [batch, …]. */
function byRow(x: Value, of: (row: Float32Array, index: number) => ArrayLike<number>): Value {
  const results = rows(x).map((row, index) => Array.from(of(row, index)));
  return {
    dims: [results.length, results[0]?.length ?? 0],
    data: Float32Array.from(results.flat()),
  };
}

/** x Wᵀ + b; other forms of Gemm are not exported. */
function gemm([x, weight, bias]: readonly Value[], attributes: Attributes): Value {
  const [outputs, inputs] = weight!.dims;
  if (int(attributes, 'transB', 0) !== 1 || x!.dims[1] !== inputs) {
    throw new OnnxError(`has a Gemm of the shapes [${x!.dims}] and [${weight!.dims}]`);
  }
  return byRow(x!, (row) =>
    Array.from({ length: outputs! }, (_, output) =>
      row.reduce(
        (sum, value, input) => sum + value * weight!.data[output * inputs! + input]!,
        bias!.data[output]!,
      ),
    ),
  );
}

function layerNormalization([x, gain, shift]: readonly Value[], attributes: Attributes): Value {
  const epsilon = float(attributes, 'epsilon', 1e-5);
  return byRow(x!, (row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    const inverse = 1 / Math.sqrt(variance + epsilon);
    return row.map((value, f) => gain!.data[f]! * (value - mean) * inverse + shift!.data[f]!);
  });
}

function logSoftmax([x]: readonly Value[]): Value {
  return byRow(x!, (row) => {
    const most = Math.max(...row);
    const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
    return row.map((value) => value - most - total);
  });
}

function split([x, sizes]: readonly Value[]): Value[] {
  let end = 0;
  return Array.from(sizes!.data, (size) => {
    end += size;
    return byRow(x!, (row) => row.subarray(end - size, end));
  });
}

function concat(inputs: readonly Value[]): Value {
  const parts = inputs.map(rows);
  return byRow(inputs[0]!, (_, index) => parts.flatMap((part) => [...part[index]!]));
}

function expand([x, shape]: readonly Value[]): Value {
  const dims = Array.from(shape!.data);
  const data = Array.from({ length: count(dims) }, (_, index) => spreadIndex(x!, dims, index));
  return { dims, data: Float32Array.from(data, (at) => x!.data[at]!) };
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  Abs: each(Math.abs),
  Elu: each((x) => (x > 0 ? x : Math.expm1(x))),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Relu: each((x) => Math.max(x, 0)),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Tanh: each(Math.tanh),
  Add: together((a, b) => a! + b!),
  Sub: together((a, b) => a! - b!),
  Mul: together((a, b) => a! * b!),
  Div: together((a, b) => a! / b!),
  Max: together(Math.max),
  Min: together(Math.min),
  Clip: together((x, low, high) => Math.min(high!, Math.max(low!, x!))),
  Where: together((condition, yes, no) => (condition === 0 ? no! : yes!)),
  Cast: ([x], attributes) =>
    int(attributes, 'to', TYPE.float) === TYPE.bool
      ? each((value) => +(value !== 0))([x!], {})
      : x!,
  Gemm: gemm,
  LayerNormalization: layerNormalization,
  LogSoftmax: logSoftmax,
  ArgMax: ([x]) => byRow(x!, (row) => [row.indexOf(Math.max(...row))]),
  GatherElements: gatherElements,
  ReduceMax: ([x]) => byRow(x!, (row) => [Math.max(...row)]),
  ReduceSum: ([x]) => flat(byRow(x!, (row) => [row.reduce((sum, value) => sum + value, 0)])),
  Squeeze: ([x]) => flat(x!),
  Shape: ([x]) => ({ dims: [x!.dims.length], data: x!.dims }),
  Expand: expand,
  Split: split,
  Concat: concat,
};

/** The elements of each row of `x` at the indices of the same row of `at`. */
function gatherElements([x, at]: readonly Value[]): Value {
  const from = rows(x!);
  return byRow(at!, (row, index) => row.map((i) => from[index]![i]!));
}

/** [batch] of [batch, 1]. */
function flat({ data }: Value): Value {
  return { dims: [data.length], data };
}

/**
 * The outputs of a node.
 * @throws OnnxError for an operator that exported models do not have.
 */
export function computeNode({ operator, attributes }: OnnxNode, inputs: readonly Value[]) {
  const compute = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!compute) throw new OnnxError(`has an operator ${operator}, which is not known here`);
  const outputs = compute(inputs, attributes);
  return Array.isArray(outputs) ? (outputs as readonly Value[]) : [outputs as Value];
}
