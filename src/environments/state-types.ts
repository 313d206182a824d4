/** The types that a State may hold, and their layout in a buffer (WGSL, "Memory Layout"). */

/** How a word is read. */
export type Scalar = 'f32' | 'i32' | 'u32';

/** A type in a buffer. */
export type StateType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'vector'; readonly scalar: Scalar; readonly length: number }
  | { readonly kind: 'matrix'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'array'; readonly element: StateType; readonly length: number }
  | StructType;

export interface StructType {
  readonly kind: 'struct';
  readonly members: readonly StateMember[];
  /** Bytes, from the attributes and members. */
  readonly align: number;
  readonly size: number;
}

export interface StateMember {
  readonly name: string;
  readonly type: StateType;
  /** Bytes from the beginning of the struct. */
  readonly offset: number;
}

/** A member before it has its place. */
export interface MemberOutline {
  readonly name: string;
  readonly type: StateType;
  /** Of @align and @size, in bytes. */
  readonly align: number | undefined;
  readonly size: number | undefined;
}

const WORD = 4;

/** The next multiple of `step`. */
const after = (value: number, step: number): number => Math.ceil(value / step) * step;

/** The column of a matrix, whose numbers are all f32. */
export function columnOf({ rows }: { readonly rows: number }): StateType {
  return { kind: 'vector', scalar: 'f32', length: rows };
}

/** Bytes that a type's offset is a multiple of. */
export function alignOf(type: StateType): number {
  switch (type.kind) {
    case 'scalar':
      return WORD;
    case 'vector':
      return type.length === 2 ? 2 * WORD : 4 * WORD;
    case 'matrix':
      return alignOf(columnOf(type));
    case 'array':
      return alignOf(type.element);
    case 'struct':
      return type.align;
  }
}

/** Bytes from one element of an array of this type to the next. */
export function strideOf(type: StateType): number {
  return after(sizeOf(type), alignOf(type));
}

/** Bytes. */
export function sizeOf(type: StateType): number {
  switch (type.kind) {
    case 'scalar':
      return WORD;
    case 'vector':
      return type.length * WORD;
    case 'matrix':
      return type.columns * strideOf(columnOf(type));
    case 'array':
      return type.length * strideOf(type.element);
    case 'struct':
      return type.size;
  }
}

/** The struct with these members, each in its place. */
export function structOf(outlines: readonly MemberOutline[]): StructType {
  const members: StateMember[] = [];
  let end = 0;
  let align = WORD;
  for (const { name, type, ...own } of outlines) {
    const memberAlign = own.align ?? alignOf(type);
    const offset = after(end, memberAlign);
    members.push({ name, type, offset });
    end = offset + (own.size ?? sizeOf(type));
    align = Math.max(align, memberAlign);
  }
  return { kind: 'struct', members, align, size: after(end, align) };
}
