/**
 * Named tensors of floats in the safetensors format (github.com/huggingface/safetensors): the
 * header's length as 8 little-endian bytes, the header as JSON, then the numbers as little-endian
 * bytes without gaps.
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

export interface Tensor {
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** Tensors by name, and texts that describe them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
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
    const dtype = values instanceof Float64Array ? 'F64' : 'F32';
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
    writeFloats(view, place, values);
    place += values.byteLength;
  }
  return bytes;
}

function writeFloats(view: DataView, place: number, values: Tensor['values']): void {
  for (const [index, value] of values.entries()) {
    if (values instanceof Float64Array) view.setFloat64(place + 8 * index, value, true);
    else view.setFloat32(place + 4 * index, value, true);
  }
}

/**
 * Reads the tensors of floats in a file and skips those of other types.
 * @throws SafetensorsError unless the bytes are a complete file of the format.
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const { header, begin } = readHeader(bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, asRecord(entry)));
  checkPlaces(places, bytes.length - begin);
  const tensors = places.flatMap(({ name, dtype, shape, offset, length }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + begin + offset, length);
    const values = readFloats(view, dtype);
    return values ? [[name, { shape, values }] as const] : [];
  });
  return { tensors: Object.fromEntries(tensors), metadata: textsOf(metadata) };
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
  const size = ELEMENT_BYTES[String(dtype)];
  if (size === undefined) {
    const known = Object.keys(ELEMENT_BYTES).join(', ');
    throw new SafetensorsError(`${name} has dtype ${dtype}; it must be one of ${known}`);
  }
  if (!isSizes(shape)) {
    const found = JSON.stringify(shape);
    throw new SafetensorsError(`${name} has shape ${found}; it must be a list of sizes`);
  }
  const length = shape.reduce((product, axis) => product * axis, size);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[1]! - offsets[0]! !== length) {
    const found = JSON.stringify(offsets);
    throw new SafetensorsError(`${name} lies at ${found}; its shape needs ${length} bytes`);
  }
  return { name, dtype: String(dtype), shape, offset: offsets[0]!, length };
}

/** @throws SafetensorsError if tensors overlap or leave gaps. */
function checkPlaces(places: readonly Place[], present: number): void {
  let end = 0;
  for (const { name, offset, length } of places.toSorted((a, b) => a.offset - b.offset)) {
    if (offset !== end) {
      throw new SafetensorsError(`${name} begins at byte ${offset}; it must begin at ${end}`);
    }
    end += length;
  }
  if (present === end) return;
  const fault = present < end ? 'is truncated' : 'has too many bytes';
  throw new SafetensorsError(`${fault}: its tensors need ${end} bytes, and there are ${present}`);
}

function readFloats(view: DataView, dtype: string): Float32Array | Float64Array | undefined {
  const length = view.byteLength / ELEMENT_BYTES[dtype]!;
  if (dtype === 'F32') {
    return Float32Array.from({ length }, (_, index) => view.getFloat32(4 * index, true));
  }
  if (dtype === 'F64') {
    return Float64Array.from({ length }, (_, index) => view.getFloat64(8 * index, true));
  }
  return undefined;
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
