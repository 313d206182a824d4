/** The description of an environment as JSON, there and back. */
import type { EnvironmentDefinition } from '../src/index';

/** Most columns of a list or an object in one line. */
const COLUMNS = 100;

type Part = readonly [prefix: string, value: unknown];

/** What a list or an object consists of; undefined for other values. */
function partsOf(value: unknown): readonly Part[] | undefined {
  if (Array.isArray(value)) return value.map((each): Part => ['', each]);
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return entries.map(([key, each]): Part => [`${JSON.stringify(key)}: `, each]);
}

/** JSON has no infinite numbers: they are texts, as in the files of the library. */
function simple(value: unknown): string {
  const isInfinite = typeof value === 'number' && !Number.isFinite(value);
  return JSON.stringify(isInfinite ? String(value) : value);
}

/** In one line. */
function flat(value: unknown): string {
  const parts = partsOf(value);
  if (!parts) return simple(value);
  const text = parts.map(([prefix, each]) => prefix + flat(each)).join(', ');
  if (Array.isArray(value)) return `[${text}]`;
  return text === '' ? '{}' : `{ ${text} }`;
}

/** In one line where it fits, otherwise with a line for each part. */
function shaped(value: unknown, indent: string, isTop = false): string {
  const parts = partsOf(value);
  const line = flat(value);
  if (!parts || (!isTop && indent.length + line.length <= COLUMNS)) return line;
  const inner = `${indent}  `;
  const lines = parts.map(([prefix, each]) => inner + prefix + shaped(each, inner));
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** All of an environment but its module and what cannot be a text. */
export function descriptionOf(environment: EnvironmentDefinition): string {
  const {
    shader: _,
    file: _file,
    draw: _draw,
    tables: _tables,
    host: _host,
    ...fields
  } = environment;
  return `${shaped(fields, '', true)}\n`;
}

/** The value of a text, with infinite numbers. @throws SyntaxError */
export function readDescription(text: string): unknown {
  const infinite = ['Infinity', '-Infinity'];
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' && infinite.includes(value) ? Number(value) : value,
  );
}
