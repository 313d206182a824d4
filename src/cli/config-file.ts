/** Configuration files: one JSON object of config fields, and "$schema" for editors. */

import { reasonOf } from '../node/file-error';

/** Returns a file's text, or throws. */
export type ReadText = (path: string) => string;

export interface ConfigFile {
  /** As typed on the command line. */
  readonly path: string;
  /** The file's fields, unchecked; undefined if it could not be read. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** Problems of the file as a whole, one sentence each. */
  readonly problems: readonly string[];
}

/** Reads a configuration file; its faults are returned as problems, not thrown. */
export function readConfigFile(path: string, readText: ReadText): ConfigFile {
  const refuse = (problem: string): ConfigFile => ({
    path,
    fields: undefined,
    problems: [`--config ${path}: ${problem}`],
  });
  let text: string;
  try {
    text = withoutMark(readText(path));
  } catch (error) {
    return refuse(`cannot be read: ${reasonOf(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(describeSyntax((error as SyntaxError).message, text));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(`holds ${nameOf(value)}; it must hold a JSON object of config fields`);
  }
  const { $schema, ...fields } = value as Record<string, unknown>;
  const good = $schema === undefined || typeof $schema === 'string';
  const problem = `$schema is ${JSON.stringify($schema)} (in ${path}); it must be a string`;
  return { path, fields, problems: good ? [] : [problem] };
}

/** Some editors write a byte order mark at the beginning. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : `a ${typeof value}`;
}

/** The parser's message with line and column, both from 1. */
function describeSyntax(message: string, text: string): string {
  const reason = message.replace(/ in JSON at position \d+.*$/s, '').replaceAll(/\s+/g, ' ');
  const position = positionOf(message, text);
  if (position === undefined) return `is not JSON: ${reason}`;
  const before = text.slice(0, position).split('\n');
  return `is not JSON at line ${before.length}, column ${before.at(-1)!.length + 1}: ${reason}`;
}

function positionOf(message: string, text: string): number | undefined {
  const told = /at position (\d+)/.exec(message);
  const end = text.trimEnd().length;
  if (told) return Math.min(Number(told[1]), end);
  if (/end of JSON input/.test(message)) return end;
  return isTokenError(message) ? positionOfToken(text) : undefined;
}

function isTokenError(message: string): boolean {
  return message.startsWith('Unexpected token');
}

/**
 * V8 names an unexpected token without its position: that is where the shortest prefix with this
 * error ends.
 */
function positionOfToken(text: string): number {
  let [clean, faulty] = [0, text.length];
  while (faulty - clean > 1) {
    const middle = (clean + faulty) >> 1;
    if (hasTokenError(text.slice(0, middle))) faulty = middle;
    else clean = middle;
  }
  return clean;
}

function hasTokenError(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return isTokenError((error as SyntaxError).message);
  }
}
