/**
 * Reads Python's pickles without executing anything: what a pickle would import must be on a list,
 * and what it would call becomes a description of the call. The operations are those of protocols 2
 * to 5 that plain data needs (docs.python.org/3/library/pickletools.html).
 */

/** Bytes that are no pickle, or one with more than plain data; continues after a file's name. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

/** A function or class that a pickle names. */
export class PickleGlobal {
  /** @param path module and name, e.g. `collections.OrderedDict` */
  constructor(readonly path: string) {}
}

/** What a pickle would call; items that it sets afterwards are in `items`. */
export class PickleCall {
  readonly items = new Map<PickleValue, PickleValue>();

  constructor(
    readonly callee: PickleGlobal,
    readonly args: readonly PickleValue[],
  ) {}
}

/** Something outside the pickle. */
export class PickleReference {
  constructor(readonly id: PickleValue) {}
}

/** A value of a pickle; tuples are arrays, dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleCall
  | PickleReference;

/** Opcodes by their byte. */
const OPCODES: Readonly<Record<number, (reader: Reader) => void>> = {
  128: (r) => r.skip(1), // PROTO
  149: (r) => r.skip(8), // FRAME
  40: (r) => r.mark(), // (
  48: (r) => void r.pop(), // 0 POP
  78: (r) => r.push(null), // N
  136: (r) => r.push(true),
  137: (r) => r.push(false),
  74: (r) => r.push(r.view(4).getInt32(0, true)), // J BININT
  75: (r) => r.push(r.byte()), // K BININT1
  77: (r) => r.push(r.view(2).getUint16(0, true)), // M BININT2
  138: (r) => r.push(r.long(r.byte())), // LONG1
  71: (r) => r.push(r.view(8).getFloat64(0)), // G BINFLOAT
  140: (r) => r.push(r.text(r.byte())), // SHORT_BINUNICODE
  88: (r) => r.push(r.text(r.size())), // X BINUNICODE
  93: (r) => r.push([]), // ] EMPTY_LIST
  97: (r) => r.append([r.pop()]), // a APPEND
  101: (r) => r.append(r.popMark()), // e APPENDS
  41: (r) => r.push([]), // ) EMPTY_TUPLE
  116: (r) => r.push(r.popMark()), // t TUPLE
  133: (r) => r.push(r.popMany(1)),
  134: (r) => r.push(r.popMany(2)),
  135: (r) => r.push(r.popMany(3)),
  125: (r) => r.push(new Map()), // } EMPTY_DICT
  115: (r) => r.setItems(r.popMany(2)), // s SETITEM
  117: (r) => r.setItems(r.popMark()), // u SETITEMS
  99: (r) => r.pushGlobal(r.line(), r.line()), // c GLOBAL
  147: (r) => r.pushGlobal(...r.popTexts()), // STACK_GLOBAL
  82: (r) => r.call(), // R REDUCE
  129: (r) => r.call(), // NEWOBJ
  98: (r) => void r.pop(), // b BUILD: attributes, which plain data does not need
  81: (r) => r.push(new PickleReference(r.pop())), // Q BINPERSID
  113: (r) => r.memorize(r.byte()), // q BINPUT
  114: (r) => r.memorize(r.size()), // r LONG_BINPUT
  148: (r) => r.memorize(undefined), // MEMOIZE
  104: (r) => r.recall(r.byte()), // h BINGET
  106: (r) => r.recall(r.size()), // j LONG_BINGET
};
const STOP = 46;

/** The stack machine of pickles. */
class Reader {
  private at = 0;
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly allowed: readonly string[],
  ) {}

  read(): PickleValue {
    for (;;) {
      const opcode = this.byte();
      if (opcode === STOP) return this.pop();
      const carryOut = OPCODES[opcode];
      if (!carryOut) {
        throw new PickleError(`has a pickle with operation ${opcode}, which plain data never has`);
      }
      carryOut(this);
    }
  }

  skip(count: number): Uint8Array {
    const end = this.at + count;
    if (end > this.bytes.length) throw new PickleError('has a pickle that is cut off');
    const skipped = this.bytes.subarray(this.at, end);
    this.at = end;
    return skipped;
  }

  byte(): number {
    return this.skip(1)[0]!;
  }

  view(count: number): DataView {
    const { buffer, byteOffset } = this.skip(count);
    return new DataView(buffer, byteOffset, count);
  }

  size(): number {
    return this.view(4).getUint32(0, true);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.skip(length));
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    const text = this.text(end === -1 ? this.bytes.length : end - this.at);
    this.skip(1);
    return text;
  }

  /** A little-endian integer in two's complement. */
  long(length: number): number {
    const digits = this.skip(length);
    const negative = length > 0 && digits[length - 1]! >= 128;
    const magnitude = digits.reduceRight((sum, digit) => sum * 256 + digit, 0);
    return negative ? magnitude - 256 ** length : magnitude;
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw new PickleError('has a pickle whose stack runs empty');
    return value;
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  popMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw new PickleError('has a pickle without a mark');
    return this.stack.splice(mark);
  }

  popTexts(): [string, string] {
    const [module, name] = this.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw new PickleError('has a pickle that imports what is no text');
    }
    return [module, name];
  }

  append(values: readonly PickleValue[]): void {
    const list = this.stack.at(-1);
    if (!Array.isArray(list)) throw new PickleError('has a pickle that extends what is no list');
    for (const value of values) list.push(value);
  }

  setItems(pairs: readonly PickleValue[]): void {
    const target = this.stack.at(-1);
    const items = target instanceof PickleCall ? target.items : target;
    if (!(items instanceof Map))
      throw new PickleError('has a pickle that sets items of no mapping');
    for (let at = 0; at + 1 < pairs.length; at += 2) items.set(pairs[at]!, pairs[at + 1]!);
  }

  pushGlobal(module: string, name: string): void {
    const path = `${module}.${name}`;
    if (!this.allowed.includes(path)) {
      throw new PickleError(`has a pickle that imports ${path}, which is not plain weights`);
    }
    this.push(new PickleGlobal(path));
  }

  call(): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) {
      throw new PickleError('has a pickle that calls what is no function');
    }
    this.push(new PickleCall(callee, args));
  }

  memorize(index: number | undefined): void {
    const value = this.pop();
    this.push(value);
    this.memo.set(index ?? this.memo.size, value);
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw new PickleError(`has a pickle without a memo ${index}`);
    this.push(value);
  }
}

/**
 * The value of a pickle.
 * @param allowed functions and classes that it may name, as `module.name`
 * @throws PickleError for anything else, and for bytes that are no pickle.
 */
export function decodePickle(bytes: Uint8Array, allowed: readonly string[]): PickleValue {
  return new Reader(bytes, allowed).read();
}
