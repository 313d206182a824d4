/**
 * Named tensors in the safetensors format (github.com/huggingface/safetensors): the header's length
 * as 8 little-endian bytes, the header as JSON, then the numbers as little-endian bytes without
 * gaps. Every platform that has WebGPU is little-endian, so numbers are copied as they are.
 */

/** Bytes of the header's length. */
const LENGTH_BYTES = 8;
/** The format's own limit. */
const MOST_HEADER_BYTES = 100_000_000;

/** Bytes per element, by the format's type names. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  ...{ F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4 },
  ...{ F16: 2, BF16: 2, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1 },
};

/** The types of numbers that this module reads and writes, by the format's names. */
const VIEWS = {
  ...{ F64: Float64Array, F32: Float32Array, U32: Uint32Array, I32: Int32Array },
} as const;
type Dtype = keyof typeof VIEWS;

/** Numbers of a tensor. */
export type TensorValues = Float64Array | Float32Array | Uint32Array | Int32Array;

export interface TensorData {
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

/** Tensors by name, and texts that describe them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, TensorData>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Invalid bytes; the message continues after the name of a file. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  // Larger elements first, so that all of them are aligned.
  const sorted = Object.entries(tensors).sort(
    ([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT,
  );
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of sorted) {
    const begin = end;
    end += values.byteLength;
    const dtype = dtypeOf(values);
    header[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces so that the numbers begin at a multiple of 8.
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + end).fill(0x20);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(text, LENGTH_BYTES);
  let place = LENGTH_BYTES + headerBytes;
  for (const [, { values }] of sorted) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
    place += values.byteLength;
  }
  return bytes;
}

function dtypeOf(values: TensorValues): Dtype {
  if (values instanceof Float64Array) return 'F64';
  if (values instanceof Float32Array) return 'F32';
  return values instanceof Int32Array ? 'I32' : 'U32';
}

/**
 * Reads the tensors of a file whose numbers are float64, float32, uint32 or int32, and skips the
 * others.
 * @throws SafetensorsError unless the bytes are a complete file of the format.
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const { header, begin } = readHeader(bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, asRecord(entry)));
  checkPlaces(places, bytes.length - begin);
  const tensors = places.flatMap(({ name, dtype, shape, offset, length }) => {
    if (!isReadable(dtype)) return [];
    const found = bytes.subarray(begin + offset, begin + offset + length);
    return [[name, { shape, values: readValues(found, dtype) }] as const];
  });
  return { tensors: Object.fromEntries(tensors), metadata: textsOf(metadata) };
}

function isReadable(dtype: string): dtype is Dtype {
  return Object.hasOwn(VIEWS, dtype);
}

/** A copy of the numbers, bit for bit. */
function readValues(bytes: Uint8Array, dtype: Dtype): TensorValues {
  return new VIEWS[dtype](new Uint8Array(bytes).buffer);
}

interface Place {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes from the first number. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

function placeOf(name: string, { dtype, shape, data_offsets: offsets }: TensorEntry): Place {
  if (typeof dtype !== 'string') {
    const known = Object.keys(ELEMENT_BYTES).join(', ');
    const found = JSON.stringify(dtype) ?? 'none';
    throw new SafetensorsError(`${name} has dtype ${found}; it must be a name such as ${known}`);
  }
  if (!isSizes(shape)) {
    const found = JSON.stringify(shape) ?? 'none';
    throw new SafetensorsError(`${name} has shape ${found}; it must be a list of sizes`);
  }
  const isKnown = Object.hasOwn(ELEMENT_BYTES, dtype);
  const size = isKnown ? ELEMENT_BYTES[dtype]! : 0;
  const needed = shape.reduce((product, axis) => product * axis, size);
  const isPlace = isSizes(offsets) && offsets.length === 2;
  const length = isPlace ? offsets[1]! - offsets[0]! : -1;
  if (!isPlace || length < 0 || (isKnown && length !== needed)) {
    const found = JSON.stringify(offsets) ?? 'no place';
    const needs = isKnown
      ? `its shape needs ${needed} bytes`
      : 'it must have a first and last byte';
    throw new SafetensorsError(`${name} lies at ${found}; ${needs}`);
  }
  return { name, dtype, shape, offset: offsets[0]!, length };
}

/** @throws SafetensorsError if tensors overlap or leave gaps. */
function checkPlaces(places: readonly Place[], present: number): void {
  let end = 0;
  const sorted = places.toSorted((a, b) => a.offset - b.offset || a.length - b.length);
  for (const { name, offset, length } of sorted) {
    if (offset !== end) {
      throw new SafetensorsError(`${name} begins at byte ${offset}; it must begin at ${end}`);
    }
    end += length;
  }
  if (present === end) return;
  const fault = present < end ? 'is truncated' : 'has too many bytes';
  throw new SafetensorsError(`${fault}: its tensors need ${end} bytes, and there are ${present}`);
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; begin: number } {
  const refuse = (why: string) => new SafetensorsError(`is not a safetensors file: ${why}`);
  if (bytes.length < LENGTH_BYTES) throw refuse(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MOST_HEADER_BYTES) throw refuse(`its header would have ${length} bytes`);
  const begin = LENGTH_BYTES + length;
  if (begin > bytes.length) {
    const present = bytes.length - LENGTH_BYTES;
    throw new SafetensorsError(
      `is truncated: its header has ${length} bytes, and there are ${present}`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, begin));
  try {
    const header: unknown = JSON.parse(text);
    if (text.startsWith('{')) return { header: asRecord(header), begin };
  } catch {}
  throw refuse('its header is not a JSON object');
}

interface TensorEntry {
  readonly dtype?: unknown;
  readonly shape?: unknown;
  readonly data_offsets?: unknown;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function textsOf(metadata: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asRecord(metadata)).map(([key, value]) => [key, String(value)]),
  );
}
