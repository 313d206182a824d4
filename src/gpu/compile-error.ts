/** Turns a platform's compiler messages into errors at positions in the author's own files. */
import type { LinkedWesl } from 'wesl/core';
import type { Gpu } from './device';
import type { ProgramSource } from './program';
import { moduleAt } from './program-modules';
import { ShaderError, shaderErrorAt } from './shader-error';
import { lineOf, type SourceLocation } from './source-location';

/** A message about a linked text. */
export interface CompilerMessage {
  readonly words: string;
  /** UTF-16 code units from the start of the text; undefined if the compiler gives no position. */
  readonly offset: number | undefined;
}

/** A compile error and the compiler's notes on it. */
export interface CompileFailure extends CompilerMessage {
  readonly notes: readonly CompilerMessage[];
}

/** Most notes that one error shows. */
const MAX_NOTES = 3;

/** The position in the text of wgpu's errors: `┌─ wgsl:3:5` or `:3:5 error: …`. */
const NAMED_POSITION = /(?:┌─ [^:\n]*|^):(\d+):(\d+)/m;

/**
 * The sentence of a message. Dawn's messages begin with it and list for pages the overloads that
 * were tried; naga's (Firefox, Deno) have a heading before it, a drawing of the source after it,
 * and reasons after `=`.
 */
function sentenceOf(message: string): string {
  const lines = message
    .split('\n')
    .map((line) =>
      line.replace(/^\s*(?:Shader (?:'.*?' )?(?:parsing|validation) )?(?:error: )?/, ''),
    );
  const [first = 'no reason given', ...rest] = lines.filter((line) => line.trim() !== '');
  const reasons = rest.flatMap((line) => /^\s*= (?:note: )?(.+)$/.exec(line)?.[1] ?? []);
  return [first.trim(), ...reasons].join('; ');
}

function offsetOfLine(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((offset, each) => offset + each.length + 1, 0) + column - 1;
}

/** Line and column win where they contradict the offset, which some engines count in bytes. */
function offsetOf(text: string, message: Partial<GPUCompilationMessage>): number | undefined {
  const { lineNum = 0, linePos = 1, offset } = message;
  if (!(lineNum > 0)) return undefined;
  if (offset !== undefined && lineOf(text, offset) === lineNum) return offset;
  return offsetOfLine(text, lineNum, Math.max(linePos, 1));
}

/** The first error among the messages, with the notes that follow it. */
function firstFailure(
  text: string,
  messages: readonly GPUCompilationMessage[],
): CompileFailure | undefined {
  const first = messages.findIndex(({ type }) => type === 'error');
  if (first === -1) return undefined;
  const [failure, ...notes] = messages
    .slice(first)
    .filter(({ type }, index) => index === 0 || type === 'info')
    .map((message) => ({
      words: sentenceOf(message.message),
      offset: offsetOf(text, message),
    }));
  const next = messages.findIndex(({ type }, index) => index > first && type !== 'info');
  const count = next === -1 ? notes.length : next - first - 1;
  return { ...failure!, notes: notes.slice(0, count) };
}

/** The failure that an error scope caught, for engines without compilation messages. */
function failureOfScope(text: string, { message }: GPUError): CompileFailure {
  const named = NAMED_POSITION.exec(message);
  const position = named ? { lineNum: Number(named[1]), linePos: Number(named[2]) } : {};
  return { words: sentenceOf(message), offset: offsetOf(text, position), notes: [] };
}

/** A compiled module, or why it cannot be used. */
interface CompiledText {
  readonly module: GPUShaderModule;
  /** The text that was compiled, with directives. */
  readonly code: string;
  readonly failure: CompileFailure | undefined;
}

/** The failure with offsets that count from the end of the directives. */
function withoutDirectives(directives: number, failure: CompileFailure): CompileFailure {
  const move = ({ words, offset }: CompilerMessage): CompilerMessage => ({
    words,
    offset: offset === undefined ? undefined : Math.max(offset - directives, 0),
  });
  return { ...move(failure), notes: failure.notes.map(move) };
}

/** Compiles WGSL, preceded by the platform's directives. */
export async function compileText(gpu: Gpu, label: string, text: string): Promise<CompiledText> {
  const code = gpu.directives + text;
  gpu.device.pushErrorScope('validation');
  const module = gpu.device.createShaderModule({ label, code });
  const scope = gpu.device.popErrorScope();
  const { messages } = await gpu.wait(module.getCompilationInfo?.() ?? Promise.resolve(NO_INFO));
  const error = (await gpu.wait(scope)) ?? undefined;
  const failure = firstFailure(code, messages) ?? (error && failureOfScope(code, error));
  return { module, code, failure: failure && withoutDirectives(gpu.directives.length, failure) };
}

const NO_INFO: Pick<GPUCompilationInfo, 'messages'> = { messages: [] };

/** The position in its module that an offset in the linked text comes from. */
function sourceLocation(linked: LinkedWesl, source: ProgramSource, offset: number): SourceLocation {
  const { src, position } = linked.sourceMap.destToSrc(offset);
  const { file, text } = moduleAt(src.path ?? '', source);
  return { file, text: text ?? src.text, offset: position };
}

/**
 * Restores global names as their authors wrote them: the linker renames a second LIMIT `LIMIT0`.
 */
function withoutMangling(words: string, linked: LinkedWesl, source: ProgramSource): string {
  return words.replace(/\b[\p{XID_Start}_]\p{XID_Continue}*[\d_]\b/gu, (name) => {
    const declaration = new RegExp(
      `\\b(?:fn|struct|alias|const|var(?:<[^>]*>)?)\\s+(?=${name}\\b)`,
    );
    const found = declaration.exec(linked.dest);
    if (!found) return name;
    const { text, offset } = sourceLocation(linked, source, found.index + found[0].length);
    const written = /^[\p{XID_Continue}]*/u.exec(text.slice(offset))![0];
    return written !== '' && name.startsWith(written) ? written : name;
  });
}

/** The notes about the file of an error; notes about other files would not help its author. */
function noteWords(
  failure: CompileFailure,
  location: SourceLocation,
  linked: LinkedWesl,
  source: ProgramSource,
): string {
  const line = lineOf(location.text, location.offset);
  const notes = failure.notes.flatMap(({ words, offset }) => {
    if (offset === undefined) return [words];
    const noted = sourceLocation(linked, source, offset);
    if (noted.file !== location.file) return [];
    const notedLine = lineOf(noted.text, noted.offset);
    return [notedLine === line ? words : `line ${notedLine}: ${words}`];
  });
  return notes.length === 0 ? '' : ` (${notes.slice(0, MAX_NOTES).join('; ')})`;
}

/** The error of a program that links but does not compile. */
export function compileError(
  failure: CompileFailure,
  linked: LinkedWesl,
  source: ProgramSource,
): ShaderError {
  if (failure.offset === undefined) {
    const plugIns = Object.values(source.plugIns ?? {}).map(({ file }) => file);
    const files = [`shaders/${source.shader}.wesl`, ...plugIns].join(' with ');
    return new ShaderError(`${files}: ${withoutMangling(failure.words, linked, source)}`);
  }
  const location = sourceLocation(linked, source, failure.offset);
  const words = failure.words + noteWords(failure, location, linked, source);
  return shaderErrorAt(location, withoutMangling(words, linked, source));
}
