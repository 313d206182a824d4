/** From WESL modules to one WGSL program, with errors that name the file and line they came from. */
import { type LinkedWesl, link, withLoggerAsync } from 'wesl/core';
import { hideBuiltIns } from './built-ins';
import type { Gpu } from './device';
import { unrollLoops } from './unroll';

/** A module of pure functions that a shader imports under a fixed name. */
export interface ShaderModule {
  /** The file to name in errors. */
  readonly file: string;
  readonly text: string;
}

export interface ProgramSource {
  /** Path of the shader with the entry point, without extension, e.g. `rollout/act`. */
  readonly shader: string;
  /** All modules by path, e.g. `lib/rng`. */
  readonly library: Readonly<Record<string, string>>;
  /** Plug-ins by the name that shaders import them under, e.g. `environment`. */
  readonly plugIns?: Readonly<Record<string, ShaderModule>>;
  /** Modules of the library under a further name, e.g. `activation` for `kernels/activations/tanh`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Values of the module `constants`. */
  readonly constants?: Readonly<Record<string, number | string>>;
  /** Values for `@if(name)`. */
  readonly conditions?: Readonly<Record<string, boolean>>;
}

/** A shader that does not link or compile: `file:line:column: message`, the line and a caret. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
}

interface Place {
  readonly file: string;
  readonly text: string;
  readonly offset: number;
}

/** The fields that wesl's errors carry, all optional. */
interface LinkFailure {
  readonly message: string;
  readonly span?: readonly [number, number];
  readonly src?: { readonly debugFilePath?: string; readonly src?: string };
  readonly weslLocation?: { readonly file: string; readonly offset: number };
}

/**
 * Links a program.
 * @throws ShaderError for syntax errors and missing declarations.
 */
export async function linkProgram(source: ProgramSource): Promise<LinkedWesl> {
  const parameters = {
    weslSrc: moduleTexts(source),
    rootModuleName: moduleName(source.shader),
    constants: { ...source.constants },
    conditions: { ...source.conditions },
  };
  try {
    // The linker prints what it throws; here the error is enough.
    return await withLoggerAsync(
      () => {},
      () => link(parameters),
    );
  } catch (error) {
    throw linkError(error as LinkFailure, source);
  }
}

/** A module and the very text it was made of, which a driver knows it by. */
export interface CompiledProgram {
  readonly module: GPUShaderModule;
  readonly code: string;
}

/**
 * Compiles what `linkProgram` has made of `source`.
 * @throws ShaderError with the first message of the compiler.
 */
export async function compileProgram(
  gpu: Gpu,
  source: ProgramSource,
  linked: LinkedWesl,
): Promise<CompiledProgram> {
  const text = hideBuiltIns(linked.dest);
  const code = unrollLoops(text);
  const { module, failure } = await compileText(gpu, source.shader, code);
  if (!failure) return { module, code };
  // Places in the source are those of the text whose loops are not written out.
  const linkedText = await compileText(gpu, source.shader, text);
  throw compileError(linkedText.failure ?? failure, linked, source);
}

async function compileText(gpu: Gpu, label: string, code: string) {
  gpu.device.pushErrorScope('validation');
  const module = gpu.device.createShaderModule({ label, code });
  const scope = gpu.device.popErrorScope();
  const { messages } = await gpu.wait(module.getCompilationInfo());
  await gpu.wait(scope);
  return { module, failure: messages.find(({ type }) => type === 'error') };
}

function moduleTexts({
  library,
  plugIns = {},
  aliases = {},
}: ProgramSource): Record<string, string> {
  const texts: Record<string, string> = {};
  const add = (path: string, text: string): void => {
    texts[`${moduleName(path)}.wesl`] = text;
  };
  for (const [path, text] of Object.entries(library)) add(path, text);
  for (const [name, { text }] of Object.entries(plugIns)) add(name, text);
  for (const [name, path] of Object.entries(aliases)) add(name, library[path]!);
  return texts;
}

function linkError(failure: LinkFailure, source: ProgramSource): ShaderError {
  const firstLine = failure.message.split('\n')[0]!;
  if (failure.span && failure.src?.src !== undefined) {
    const { src, debugFilePath = '' } = failure.src;
    const place = { file: fileName(debugFilePath, source), text: src, offset: failure.span[0] };
    return new ShaderError(showPlace(place, firstLine.replace(/^.*? error: /, '')));
  }
  const words = firstLine.replace(/ in file: \S+$/, '');
  if (!failure.weslLocation) return new ShaderError(words);
  const { file, offset } = failure.weslLocation;
  const text = moduleTexts(source)[file.replace(/^\.\//, '')] ?? '';
  return new ShaderError(showPlace({ file: fileName(file, source), text, offset }, words));
}

function compileError(
  message: GPUCompilationMessage,
  linked: LinkedWesl,
  source: ProgramSource,
): ShaderError {
  const { src, position } = linked.sourceMap.destToSrc(message.offset);
  const place = { file: fileName(src.path ?? '', source), text: src.text, offset: position };
  // Dawn goes on for pages with the overloads that it has tried.
  const words = message.message.split('\n')[0]!;
  return new ShaderError(showPlace(place, words));
}

/** Files are kebab-case, WESL's module names are identifiers. */
function moduleName(path: string): string {
  return path.replaceAll('-', '_');
}

/** The file behind a module path of the linker: a plug-in's own, else the one under shaders/. */
function fileName(path: string, source: ProgramSource): string {
  const stem = path.replace(/^\.\//, '').replace(/\.wesl$/, '');
  const aliased = source.aliases?.[stem] ?? stem.replaceAll('_', '-');
  return source.plugIns?.[stem]?.file ?? `shaders/${aliased}.wesl`;
}

/** `file:line:column: message`, the source line, and a caret under the column. */
function showPlace({ file, text, offset }: Place, message: string): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  const sourceLine = text.split('\n')[line - 1] ?? '';
  return `${file}:${line}:${column}: ${message}\n  ${sourceLine}\n  ${' '.repeat(column - 1)}^`;
}
