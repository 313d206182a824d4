/** Reads the text of a flag as the value of its config field. */

import { CONFIG_FIELDS } from '../config/fields';
import type { PpoConfig } from '../config/ppo-config';

export type ConfigKey = keyof PpoConfig;

export const CONFIG_KEYS = Object.keys(CONFIG_FIELDS) as readonly ConfigKey[];

/** "numEnvs" as "--num-envs". */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Reads one value, or a list if the field accepts one; ranges are checked by checkConfig. Undefined
 * if the text is not a value of the field's type.
 */
export function parseFieldValue(key: ConfigKey, text: string): unknown {
  const { type, perAgent } = CONFIG_FIELDS[key];
  if (type === 'widths' && text === 'none') return [];
  if (type !== 'widths' && !(perAgent && text.includes(','))) return parseItem(key, text);
  const items = text.split(',').map((item) => parseItem(key, item));
  return items.includes(undefined) ? undefined : items;
}

/** Whether the value of the field's flag can be omitted; it is then "true". */
export function isSwitchField(key: ConfigKey): boolean {
  const { type, choices } = CONFIG_FIELDS[key];
  return type === 'boolean' || (choices?.includes(true) ?? false);
}

/** Whether the text is a value of a switch: "false", "true,cosine". */
export function isSwitchText(key: ConfigKey, text: string): boolean {
  return text.split(',').every((item) => parseItem(key, item) !== undefined);
}

/** The value as typed, in quotes unless it is a single word. */
export function quote(text: string): string {
  return /^\S+$/.test(text) ? text : JSON.stringify(text);
}

/** A number, also NaN or infinity if spelled out; undefined for any other text. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(trimmed)) {
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const value = Number(trimmed.replaceAll(/(?<=\d)_(?=\d)/g, ''));
  return trimmed === '' || Number.isNaN(value) ? undefined : value;
}

function parseItem(key: ConfigKey, text: string): unknown {
  const { type, choices } = CONFIG_FIELDS[key];
  switch (type) {
    case 'boolean':
      return parseBoolean(text);
    case 'choice':
      return choices!.find((choice) => String(choice) === text);
    default:
      return parseNumber(text);
  }
}

function parseBoolean(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
