/** Describes arbitrary values in error messages. */
import { nearestNames } from '../config/nearest-names';

export type Fields = Readonly<Record<string, unknown>>;

/** Whether the value is a plain object: not a list, nor an instance of a class. */
export function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is a text that can be printed on one line: not empty, no control characters. */
export function isLine(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/\p{Cc}/u.test(value);
}

/** The values that occur more than once, each time but the first. */
export function repeated<T>(values: readonly T[]): T[] {
  const seen = new Set<T>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

/** Most characters of a text in an error. */
const SHOWN = 40;

/** A value in an error: itself if it is short, else its kind. */
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

/** `is 3`, or `is missing` for undefined. */
export function showIs(value: unknown): string {
  return value === undefined ? 'is missing' : `is ${show(value)}`;
}

/** One sentence for every unknown field, with the nearest known one. */
export function unknownFields(fields: Fields, known: readonly string[], before = ''): string[] {
  return Object.keys(fields)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const [nearest] = nearestNames(key, known, 1);
      return `${before}${key} is not a known field; the nearest is ${before}${nearest}`;
    });
}
