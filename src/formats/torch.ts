/**
 * Reads the state dicts that torch.save writes: a zip archive with a pickle (`data.pkl`), which
 * describes the tensors, and one file of numbers for each storage (`data/0`, …).
 */
import {
  decodePickle,
  PickleCall,
  PickleGlobal,
  PickleReference,
  type PickleValue,
} from './pickle';
import { unzip } from './zip';

/** A file that is no state dict of torch; continues after a file's name. */
export class TorchFileError extends Error {
  override readonly name = 'TorchFileError';
}

/** A tensor of floats, outermost dimension first. */
export interface TorchTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';
/** Bytes per number of the storages that are read. */
const STORAGES = { 'torch.FloatStorage': 4, 'torch.DoubleStorage': 8 } as const;
/** Storages of other types are skipped. */
const OTHER_STORAGES = ['Half', 'BFloat16', 'Long', 'Int', 'Short', 'Char', 'Byte', 'Bool'];
const ALLOWED: readonly string[] = [
  ...[REBUILD_TENSOR, REBUILD_PARAMETER, 'collections.OrderedDict'],
  ...Object.keys(STORAGES),
  ...OTHER_STORAGES.map((type) => `torch.${type}Storage`),
];
const PICKLE = 'data.pkl';
/** Most tensors per number: tied weights have several names. */
const MOST_NAMES = 16;

/** Whether an archive with these files was written by torch.save. */
export function isTorchFile(names: readonly string[]): boolean {
  return names.some((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
}

/**
 * The float tensors of a state dict by their names; tensors of other types are left out.
 * @throws TorchFileError, ZipError or PickleError.
 */
export function decodeTorch(bytes: Uint8Array): ReadonlyMap<string, TorchTensor> {
  const files = unzip(bytes);
  const pickle = [...files.keys()].find((name) => isTorchFile([name]));
  if (pickle === undefined) throw new TorchFileError(`has no ${PICKLE}, as torch.save writes it`);
  const folder = pickle.slice(0, -PICKLE.length);
  const order = files.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little') {
    throw new TorchFileError('has numbers that are not little-endian');
  }
  const root = decodePickle(files.get(pickle)!, ALLOWED);
  const items = root instanceof PickleCall ? root.items : root;
  if (!(items instanceof Map)) throw new TorchFileError('holds no state dict');
  const storages = new Storages(files, `${folder}data/`);
  const tensors = new Map<string, TorchTensor>();
  let left = MOST_NAMES * storages.most;
  for (const [name, value] of items) {
    if (typeof name !== 'string') throw new TorchFileError('holds no state dict');
    const tensor = tensorOf(name, value, storages);
    if (!tensor) continue;
    tensors.set(name, tensor);
    left -= tensor.values.length;
    if (left < 0) throw new TorchFileError('has more numbers than its storages can hold');
  }
  return tensors;
}

/** The numbers of an archive, which are decoded once, since many tensors may share a storage. */
class Storages {
  private readonly decoded = new Map<string, Float32Array>();

  constructor(
    private readonly files: ReadonlyMap<string, Uint8Array>,
    private readonly folder: string,
  ) {}

  /** At least as many numbers as all storages have. */
  get most(): number {
    const own = [...this.files].filter(([path]) => path.startsWith(this.folder));
    return own.reduce((sum, [, { length }]) => sum + length, 0) / STORAGES['torch.FloatStorage'];
  }

  /** @param size bytes per number, 4 or 8 */
  numbers(key: string, size: number): Float32Array | undefined {
    const path = `${this.folder}${key}`;
    const known = this.decoded.get(`${size} ${path}`);
    const bytes = this.files.get(path);
    if (known || !bytes) return known;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const numbers = Float32Array.from({ length: Math.floor(bytes.length / size) }, (_, at) =>
      size === 4 ? view.getFloat32(4 * at, true) : view.getFloat64(8 * at, true),
    );
    this.decoded.set(`${size} ${path}`, numbers);
    return numbers;
  }
}

/** A tensor of a supported type, or undefined for other values. */
function tensorOf(name: string, value: PickleValue, storages: Storages): TorchTensor | undefined {
  if (!(value instanceof PickleCall)) return undefined;
  // A parameter holds a tensor, never another parameter.
  const inner = value.callee.path === REBUILD_PARAMETER ? value.args[0] : value;
  if (!(inner instanceof PickleCall)) return undefined;
  const { callee, args } = inner;
  if (callee.path !== REBUILD_TENSOR) return undefined;
  const [reference, offset, shape, strides] = args;
  const numbers = storageOf(name, reference, storages);
  if (!numbers) return undefined;
  if (!isSizes([offset]) || !isSizes(shape) || !isSizes(strides)) {
    throw new TorchFileError(`has a tensor ${name} without offset, shape and strides`);
  }
  return { shape, values: gather(name, numbers, offset as number, shape, strides) };
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

/** The numbers of a storage; undefined for one of another type. */
function storageOf(
  name: string,
  reference: PickleValue | undefined,
  storages: Storages,
): Float32Array | undefined {
  const id = reference instanceof PickleReference ? reference.id : undefined;
  const [, type, key] = Array.isArray(id) ? id : [];
  if (!(type instanceof PickleGlobal) || typeof key !== 'string') {
    throw new TorchFileError(`has no storage of ${name}`);
  }
  if (!Object.hasOwn(STORAGES, type.path)) return undefined;
  const size = STORAGES[type.path as keyof typeof STORAGES];
  const numbers = storages.numbers(key, size);
  if (!numbers) throw new TorchFileError(`has no file data/${key}, which holds ${name}`);
  return numbers;
}

/** The elements of a tensor in order. */
function gather(
  name: string,
  numbers: ArrayLike<number>,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const last = shape.reduce((at, size, axis) => at + (size - 1) * (strides[axis] ?? 0), offset);
  if (shape.length !== strides.length || (count > 0 && last >= numbers.length)) {
    throw new TorchFileError(`has a tensor ${name} that is larger than its storage`);
  }
  // Repeated numbers (a stride of 0) would let a small file stand for a large tensor.
  if (count > numbers.length) {
    throw new TorchFileError(`has a tensor ${name} of more numbers than its storage`);
  }
  return Float32Array.from({ length: count }, (_, index) => {
    let rest = index;
    let at = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return numbers[at]!;
  });
}
