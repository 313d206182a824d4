/** Data tables: read-only arrays that a description gives to its module. */
import { isF32 } from '../gpu/wgsl-number';
import { type Fields, isFields, show, showIs, unknownFields } from './described-value';
import { nameProblems } from './params-check';

/** What a table has elements of. */
export type TableType = 'f32' | 'u32' | 'i32';

const VIEWS = { f32: Float32Array, u32: Uint32Array, i32: Int32Array } as const;

/**
 * A read-only array that the module reads through a function of its name, which it imports from
 * `tables`.
 */
export interface DataTable {
  /** What its elements are in the module. */
  readonly type: TableType;
  /**
   * Its elements, at least one: numbers, finite and of the type. They are copied; change nothing in
   * the copy that a checked description has.
   */
  readonly values: ArrayLike<number>;
}

/** The tables of a description by name. */
export type DataTables = Readonly<Record<string, DataTable>>;

/** Appended to a table's name, the name of its length in the module. */
export const LENGTH = '_LENGTH';

const TABLE_FIELDS = ['type', 'values'];

const RANGES: Readonly<Record<TableType, string>> = {
  f32: '0, or of magnitude 1.18e-38 to 3.40e+38',
  u32: 'an integer from 0 to 4294967295',
  i32: 'an integer from -2147483648 to 2147483647',
};

const FITS: Readonly<Record<TableType, (value: unknown) => boolean>> = {
  f32: (value) => typeof value === 'number' && isF32(value),
  u32: (value) => value === (value as number) >>> 0,
  i32: (value) => value === ((value as number) | 0),
};

const isTableType = (type: unknown): type is TableType =>
  typeof type === 'string' && Object.hasOwn(VIEWS, type);

function isNumberList(values: unknown): values is ArrayLike<number> {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && 'length' in values);
}

function tableProblems(table: unknown, place: string): string[] {
  if (!isFields(table)) {
    return [`${place} must be an object { type, values }, but it ${showIs(table)}`];
  }
  const { type, values } = table;
  const problems = unknownFields(table, TABLE_FIELDS, `${place}.`);
  if (!isTableType(type)) {
    problems.push(`${place}.type must be "f32", "u32" or "i32", but it ${showIs(type)}`);
  }
  if (!isNumberList(values) || values.length === 0) {
    const wanted = 'an array of at least one number';
    problems.push(`${place}.values must be ${wanted}, but it ${showIs(values)}`);
  } else if (isTableType(type)) {
    const bad = Array.prototype.findIndex.call(values, (value: unknown) => !FITS[type](value));
    if (bad !== -1) {
      const wanted = `fit ${type} (${RANGES[type]})`;
      problems.push(`${place}.values[${bad}] is ${show(values[bad])}; it must ${wanted}`);
    }
  }
  return problems;
}

/** Every problem of the tables of a description. */
export function tablesProblems(tables: unknown): string[] {
  if (tables === undefined) return [];
  if (!isFields(tables)) {
    return [`tables must be an object of tables { type, values }, but it ${showIs(tables)}`];
  }
  const names = Object.keys(tables);
  return names.flatMap((name) => [
    ...nameProblems('tables', name),
    ...clashes(name, tables),
    ...tableProblems(tables[name], `tables.${name}`),
  ]);
}

function clashes(name: string, tables: Fields): string[] {
  const length = `${name}${LENGTH}`;
  if (!Object.hasOwn(tables, length)) return [];
  return [`tables: ${show(length)} is the name of the length of ${name}; choose another name`];
}

/** A copy of a table whose elements are numbers of its type. */
export function copyTable({ type, values }: DataTable): DataTable {
  return Object.freeze({ type, values: new VIEWS[type](values) });
}

/** The elements of a table that was checked, as a typed array of its type. */
export function tableValues({ type, values }: DataTable): Float32Array | Uint32Array | Int32Array {
  return values instanceof VIEWS[type] ? values : new VIEWS[type](values);
}

/** Whether two descriptions have the same tables. */
export function sameTables(one: DataTables = {}, other: DataTables = {}): boolean {
  const names = Object.keys(one);
  return (
    names.join() === Object.keys(other).join() &&
    names.every((name) => {
      const [a, b] = [one[name]!, other[name]!];
      const [ours, theirs] = [tableValues(a), tableValues(b)];
      return (
        a.type === b.type &&
        ours.length === theirs.length &&
        ours.every((value, index) => value === theirs[index])
      );
    })
  );
}

/** The elements of all tables, one table after the other. */
export function tableWords(tables: DataTables): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(wordCount(tables));
  let first = 0;
  for (const table of Object.values(tables)) {
    const { buffer, byteOffset, length } = tableValues(table);
    words.set(new Uint32Array(buffer, byteOffset, length), first);
    first += length;
  }
  return words;
}

/** Elements of all tables. */
export function wordCount(tables: DataTables): number {
  return Object.values(tables).reduce((sum, { values }) => sum + values.length, 0);
}

/** How the module reads a word of the tables as an element. */
const READS: Readonly<Record<TableType, (word: string) => string>> = {
  f32: (word) => `bitcast<f32>(${word})`,
  u32: (word) => word,
  i32: (word) => `bitcast<i32>(${word})`,
};

/** The module `tables`: for each table a function of its name, and its length. */
export function tablesModule(tables: DataTables): string {
  let first = 0;
  const lines = Object.entries(tables).flatMap(([name, { type, values }]) => {
    const { length } = values;
    const word = `package::rollout::tables::table_word(${first}u, ${length}u, index)`;
    first += length;
    return [
      `const ${name}${LENGTH} = ${length}u;`,
      `fn ${name}(index: u32) -> ${type} { return ${READS[type](word)}; }`,
    ];
  });
  return lines.join('\n');
}
