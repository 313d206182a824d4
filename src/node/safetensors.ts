/**
 * One tensor of float32 in the safetensors format (github.com/huggingface/safetensors): the header's
 * length as 8 little-endian bytes, the header as JSON, the numbers as little-endian bytes.
 */

/** Bytes of the header's length. */
const LENGTH_BYTES = 8;
/** The format's own limit. */
const MOST_HEADER_BYTES = 100_000_000;

export interface NamedTensor {
  readonly name: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes that are not what they should be; the message goes on after a file's name. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

export function encodeSafetensors({ name, shape, values, metadata }: NamedTensor): Uint8Array {
  const header = JSON.stringify({
    __metadata__: metadata,
    [name]: { dtype: 'F32', shape, data_offsets: [0, 4 * values.length] },
  });
  const text = new TextEncoder().encode(header);
  // Spaces let the numbers begin at a multiple of 8.
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + 4 * values.length).fill(0x20);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(text, LENGTH_BYTES);
  for (const [index, value] of values.entries()) {
    view.setFloat32(LENGTH_BYTES + headerBytes + 4 * index, value, true);
  }
  return bytes;
}

/** @throws SafetensorsError unless the bytes hold exactly the float32 tensor `name`. */
export function decodeSafetensors(bytes: Uint8Array, name: string): NamedTensor {
  const { header, begin } = readHeader(bytes);
  const { __metadata__: metadata = {}, ...tensors } = header;
  const names = Object.keys(tensors).join(', ') || 'no tensor';
  if (names !== name) throw new SafetensorsError(`holds ${names}; it may hold the tensor ${name}`);
  const { dtype, shape, data_offsets: offsets } = asRecord(tensors[name]);
  if (dtype !== 'F32') throw new SafetensorsError(`${name} has dtype ${dtype}; it may have F32`);
  if (!isShape(shape)) {
    throw new SafetensorsError(
      `${name} has shape ${JSON.stringify(shape)}; it may be a list of sizes`,
    );
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (JSON.stringify(offsets) !== JSON.stringify([0, 4 * count])) {
    const found = JSON.stringify(offsets);
    throw new SafetensorsError(`${name} lies at ${found}; its shape needs [0,${4 * count}]`);
  }
  const present = bytes.length - begin;
  if (present !== 4 * count) {
    const fault = present < 4 * count ? 'is truncated' : 'has bytes too many';
    throw new SafetensorsError(
      `${fault}: ${name} needs ${4 * count} bytes, and there are ${present}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + begin, present);
  const values = Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  return { name, shape, values, metadata: textsOf(metadata) };
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
  throw refuse('its header is no JSON object');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isInteger(size) && size >= 0);
}

function textsOf(metadata: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asRecord(metadata)).map(([key, value]) => [key, String(value)]),
  );
}
