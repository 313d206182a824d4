/** The names of formats and files of `lockstep export`. */
import { resolve } from 'node:path';
import { UsageError } from './usage-error';

/** The usual extension of each format. */
export const EXTENSIONS = {
  onnx: '.onnx',
  js: '.mjs',
  json: '.json',
  safetensors: '.safetensors',
} as const;
export type ExportFormat = keyof typeof EXTENSIONS;

/** A file name from the id of an environment. */
export function fileNameOf(environment: string, extension: string): string {
  const safe = environment.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+/, '');
  return `${safe || 'policy'}${extension}`;
}

/** The path of a file beside another; the types beside `policy.mjs` are `policy.d.mts`. */
export function besidePath(path: string, suffix: string): string {
  const [, extension = ''] = /(\.\w+)$/.exec(path) ?? [];
  const stem = path.slice(0, path.length - extension.length);
  return `${stem}${suffix === '.d.ts' && extension === '.mjs' ? '.d.mts' : suffix}`;
}

/**
 * Checks that a file that is written is not the one that is read.
 * @param what what the latter is, for the message
 * @throws UsageError if it is.
 */
export function checkOther(path: string, source: string, what: string): void {
  if (resolve(path) !== resolve(source)) return;
  throw new UsageError(`${path} is ${what}; --out names another file`);
}
