/** Values of a description that untyped code may have made, as errors speak of them. */
import { nearestNames } from '../config/nearest-names';

export type Fields = Readonly<Record<string, unknown>>;

/** An object with named fields: no list, and of no class. */
export function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Characters of a text that an error shows. */
const SHOWN = 40;

/** What an error calls a value: itself where it is short, else its kind. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : `${value}`;
  if (isFields(value)) return 'an object';
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? `a ${name}` : 'an object';
}

/** `is 3`, or `is missing` for what is not there. */
export function showIs(value: unknown): string {
  return value === undefined ? 'is missing' : `is ${show(value)}`;
}

/** One sentence for every field that has no meaning, with the name that was probably meant. */
export function unknownFields(fields: Fields, known: readonly string[], before = ''): string[] {
  return Object.keys(fields)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const [nearest] = nearestNames(key, known, 1);
      return `${before}${key} is not a known field; the nearest is ${before}${nearest}`;
    });
}
