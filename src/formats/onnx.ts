/**
 * The messages of ONNX (onnx.ai, onnx.proto) that models of this package consist of. Field numbers
 * are those of the schema; integers of 64 bits are read as numbers.
 */
import { PbfReader, PbfWriter } from 'pbf';

/** Version of the file format, of 2022: that of ONNX 1.12. */
const IR_VERSION = 8;
/** Version of the operators; 17 is the first with LayerNormalization. */
export const OPSET = 17;

/** Element types. */
export const TYPE = { float: 1, int64: 7, bool: 9 } as const;

/** A constant. */
export interface OnnxTensor {
  readonly name: string;
  /** One of `TYPE`. */
  readonly type: number;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
}

/** An attribute of a node, by its kind. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] };

export interface OnnxNode {
  /** Type of the operator, e.g. `Gemm`. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: number;
  /** Sizes, or names of free dimensions. */
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  /** Name of the graph. */
  readonly name: string;
  readonly producer: string;
  /** For people. */
  readonly description: string;
  /** Texts by their keys. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Bytes that are no model as `encodeOnnx` writes them; continues after a file's name. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
}

const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

/** The bytes of a model. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writeModel(model, writer);
  return writer.finish();
}

function writeModel(model: OnnxModel, pbf: PbfWriter): void {
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, model.producer);
  pbf.writeStringField(6, model.description);
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, writeOpset, model.opset);
  for (const entry of Object.entries(model.metadata)) pbf.writeMessage(14, writeEntry, entry);
}

function writeOpset(version: number, pbf: PbfWriter): void {
  pbf.writeStringField(1, '');
  pbf.writeVarintField(2, version);
}

function writeEntry([key, value]: readonly [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

function writeGraph(graph: OnnxModel, pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, graph.name);
  for (const tensor of graph.constants) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of graph.inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) pbf.writeMessage(12, writeValue, value);
}

function writeNode({ operator, inputs, outputs, attributes }: OnnxNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, outputs[0]!);
  pbf.writeStringField(4, operator);
  for (const entry of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, value]: readonly [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, ATTRIBUTE_TYPE.float);
  } else if ('int' in value) {
    pbf.writeVarintField(3, value.int);
    pbf.writeVarintField(20, ATTRIBUTE_TYPE.int);
  } else {
    for (const int of value.ints) pbf.writeVarintField(8, int);
    pbf.writeVarintField(20, ATTRIBUTE_TYPE.ints);
  }
}

function writeTensor({ name, type, dims, values }: OnnxTensor, pbf: PbfWriter): void {
  for (const dim of dims) pbf.writeVarintField(1, dim);
  pbf.writeVarintField(2, type);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, rawData(type, values));
}

/** Little-endian elements. */
function rawData(type: number, values: ArrayLike<number>): Uint8Array {
  const size = type === TYPE.int64 ? 8 : 4;
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (let at = 0; at < values.length; at++) {
    if (type === TYPE.int64) view.setBigInt64(8 * at, BigInt(values[at]!), true);
    else view.setFloat32(4 * at, values[at]!, true);
  }
  return new Uint8Array(view.buffer);
}

function writeValue({ name, type, dims }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, typePbf) => typePbf.writeMessage(1, writeTensorType, { type, dims }), 0);
}

function writeTensorType({ type, dims }: Pick<OnnxValue, 'type' | 'dims'>, pbf: PbfWriter): void {
  pbf.writeVarintField(1, type);
  pbf.writeMessage(2, writeShape, dims);
}

function writeShape(dims: OnnxValue['dims'], pbf: PbfWriter): void {
  for (const dim of dims) {
    pbf.writeMessage(
      1,
      (size, own) => {
        if (typeof size === 'number') own.writeVarintField(1, size);
        else own.writeStringField(2, size);
      },
      dim,
    );
  }
}

/** What is written to while fields are read. */
type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads the bytes of `encodeOnnx`, without what people alone need.
 * @throws OnnxError
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  try {
    return new PbfReader(bytes).readFields(readModel, {
      ...{ name: '', producer: '', description: '', metadata: {}, opset: 0 },
      ...{ nodes: [], constants: [], inputs: [], outputs: [] },
    } as Draft<OnnxModel>);
  } catch (error) {
    throw new OnnxError(`is no ONNX model: ${(error as Error).message}`);
  }
}

/** Reads one message. */
function message<T>(
  pbf: PbfReader,
  readField: (tag: number, result: Draft<T>, pbf: PbfReader) => void,
  start: T,
): T {
  return pbf.readMessage(readField, { ...start } as Draft<T>);
}

function readModel(tag: number, model: Draft<OnnxModel>, pbf: PbfReader): void {
  if (tag === 2) model.producer = pbf.readString();
  else if (tag === 6) model.description = pbf.readString();
  else if (tag === 7) pbf.readMessage(readGraph, model);
  else if (tag === 8) model.opset = message(pbf, readOpset, { version: 0 }).version;
  else if (tag === 14) {
    const { key, value } = message(pbf, readEntry, { key: '', value: '' });
    model.metadata = { ...model.metadata, [key]: value };
  }
}

function readOpset(tag: number, opset: { version: number }, pbf: PbfReader): void {
  if (tag === 2) opset.version = pbf.readVarint();
}

function readEntry(tag: number, entry: { key: string; value: string }, pbf: PbfReader): void {
  if (tag === 1) entry.key = pbf.readString();
  else if (tag === 2) entry.value = pbf.readString();
}

const NO_NODE: OnnxNode = { operator: '', inputs: [], outputs: [], attributes: {} };
const NO_TENSOR: OnnxTensor = { name: '', type: 0, dims: [], values: [] };
const NO_VALUE: OnnxValue = { name: '', type: 0, dims: [] };

function readGraph(tag: number, graph: Draft<OnnxModel>, pbf: PbfReader): void {
  if (tag === 1) graph.nodes = [...graph.nodes, message(pbf, readNode, NO_NODE)];
  else if (tag === 2) graph.name = pbf.readString();
  else if (tag === 5) graph.constants = [...graph.constants, readTensor(pbf)];
  else if (tag === 11) graph.inputs = [...graph.inputs, message(pbf, readValue, NO_VALUE)];
  else if (tag === 12) graph.outputs = [...graph.outputs, message(pbf, readValue, NO_VALUE)];
}

function readNode(tag: number, node: Draft<OnnxNode>, pbf: PbfReader): void {
  if (tag === 1) node.inputs = [...node.inputs, pbf.readString()];
  else if (tag === 2) node.outputs = [...node.outputs, pbf.readString()];
  else if (tag === 4) node.operator = pbf.readString();
  else if (tag === 5) {
    const { name, value } = pbf.readMessage(readAttribute, { name: '', value: { ints: [] } });
    node.attributes = { ...node.attributes, [name]: value };
  }
}

interface NamedAttribute {
  name: string;
  value: OnnxAttribute;
}

function readAttribute(tag: number, attribute: NamedAttribute, pbf: PbfReader): void {
  const { value } = attribute;
  if (tag === 1) attribute.name = pbf.readString();
  else if (tag === 2) attribute.value = { float: pbf.readFloat() };
  else if (tag === 3) attribute.value = { int: pbf.readVarint(true) };
  else if (tag === 8 && 'ints' in value) {
    attribute.value = { ints: [...value.ints, pbf.readVarint(true)] };
  }
}

function readTensor(pbf: PbfReader): OnnxTensor {
  const { raw, ...tensor } = pbf.readMessage(readTensorField, {
    ...{ ...NO_TENSOR, raw: new Uint8Array() },
  });
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const values =
    tensor.type === TYPE.int64
      ? Array.from({ length: raw.length / 8 }, (_, at) => Number(view.getBigInt64(8 * at, true)))
      : Float32Array.from({ length: raw.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
  return { ...tensor, values };
}

interface RawTensor extends Draft<OnnxTensor> {
  raw: Uint8Array;
}

function readTensorField(tag: number, tensor: RawTensor, pbf: PbfReader): void {
  if (tag === 1) tensor.dims = [...tensor.dims, pbf.readVarint()];
  else if (tag === 2) tensor.type = pbf.readVarint();
  else if (tag === 8) tensor.name = pbf.readString();
  else if (tag === 9) tensor.raw = pbf.readBytes();
}

function readValue(tag: number, value: Draft<OnnxValue>, pbf: PbfReader): void {
  if (tag === 1) value.name = pbf.readString();
  else if (tag === 2) {
    pbf.readMessage((type, own, typePbf) => {
      if (type === 1) typePbf.readMessage(readTensorType, own);
    }, value);
  }
}

function readTensorType(tag: number, value: Draft<OnnxValue>, pbf: PbfReader): void {
  if (tag === 1) value.type = pbf.readVarint();
  else if (tag === 2) {
    pbf.readMessage((dim, own, shape) => {
      if (dim === 1) own.dims = [...own.dims, shape.readMessage(readDim, { size: 0 }).size];
    }, value);
  }
}

function readDim(tag: number, dim: { size: number | string }, pbf: PbfReader): void {
  if (tag === 1) dim.size = pbf.readVarint();
  else if (tag === 2) dim.size = pbf.readString();
}
