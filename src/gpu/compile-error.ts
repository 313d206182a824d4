/** What a platform's compiler says about a program, told at the place of the author's own file. */
import type { LinkedWesl } from 'wesl/core';
import type { Gpu } from './device';
import type { ProgramSource } from './program';
import { moduleAt } from './program-modules';
import { ShaderError } from './shader-error';
import { lineOf, type Place, showPlace } from './source-place';

/** A message about a linked text. */
export interface CompilerMessage {
  readonly words: string;
  /** UTF-16 code units from the start of the text; undefined where the compiler names no place. */
  readonly offset: number | undefined;
}

/** What does not compile, and what the compiler adds to it. */
export interface CompileFailure extends CompilerMessage {
  readonly notes: readonly CompilerMessage[];
}

/** Notes that one error shows at most. */
const MOST_NOTES = 3;

/** The place that the words of wgpu's errors name: `┌─ wgsl:3:5` or `:3:5 error: …`. */
const NAMED_PLACE = /(?:┌─ [^:\n]*|^):(\d+):(\d+)/m;

/**
 * The sentence of a message. Dawn's begins with it and goes on for pages with the overloads that it tried;
 * naga's (Firefox, Deno) has a heading before it, a picture of the source behind it, and reasons
 * after `=`.
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

/** Line and column count where they contradict the offset, which some engines count in bytes. */
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

/** The failure that an error scope caught, for engines that list no messages. */
function failureOfScope(text: string, { message }: GPUError): CompileFailure {
  const named = NAMED_PLACE.exec(message);
  const place = named ? { lineNum: Number(named[1]), linePos: Number(named[2]) } : {};
  return { words: sentenceOf(message), offset: offsetOf(text, place), notes: [] };
}

/** A module made of WGSL, and why it is of no use, if it is of none. */
interface CompiledText {
  readonly module: GPUShaderModule;
  /** What was compiled. */
  readonly code: string;
  readonly failure: CompileFailure | undefined;
}

/** The failure with places that count from the end of the directives. */
function behind(directives: number, failure: CompileFailure): CompileFailure {
  const move = ({ words, offset }: CompilerMessage): CompilerMessage => ({
    words,
    offset: offset === undefined ? undefined : Math.max(offset - directives, 0),
  });
  return { ...move(failure), notes: failure.notes.map(move) };
}

/** Compiles WGSL, behind the directives of the platform. */
export async function compileText(gpu: Gpu, label: string, text: string): Promise<CompiledText> {
  const code = gpu.directives + text;
  gpu.device.pushErrorScope('validation');
  const module = gpu.device.createShaderModule({ label, code });
  const scope = gpu.device.popErrorScope();
  const { messages } = await gpu.wait(module.getCompilationInfo?.() ?? Promise.resolve(NO_INFO));
  const error = (await gpu.wait(scope)) ?? undefined;
  const failure = firstFailure(code, messages) ?? (error && failureOfScope(code, error));
  return { module, code, failure: failure && behind(gpu.directives.length, failure) };
}

const NO_INFO: Pick<GPUCompilationInfo, 'messages'> = { messages: [] };

/** The place in the module that a place of the linked text came from. */
function sourcePlace(linked: LinkedWesl, source: ProgramSource, offset: number): Place {
  const { src, position } = linked.sourceMap.destToSrc(offset);
  const { file, text } = moduleAt(src.path ?? '', source);
  return { file, text: text ?? src.text, offset: position };
}

/** Global names as their authors wrote them: the linker makes `LIMIT0` of a second LIMIT. */
function withoutMangling(words: string, linked: LinkedWesl, source: ProgramSource): string {
  return words.replace(/\b[\p{XID_Start}_]\p{XID_Continue}*[\d_]\b/gu, (name) => {
    const declaration = new RegExp(
      `\\b(?:fn|struct|alias|const|var(?:<[^>]*>)?)\\s+(?=${name}\\b)`,
    );
    const found = declaration.exec(linked.dest);
    if (!found) return name;
    const { text, offset } = sourcePlace(linked, source, found.index + found[0].length);
    const written = /^[\p{XID_Continue}]*/u.exec(text.slice(offset))![0];
    return written !== '' && name.startsWith(written) ? written : name;
  });
}

/** The notes about the file of an error: what they add about other files is no help to its author. */
function noteWords(
  failure: CompileFailure,
  place: Place,
  linked: LinkedWesl,
  source: ProgramSource,
): string {
  const line = lineOf(place.text, place.offset);
  const notes = failure.notes.flatMap(({ words, offset }) => {
    if (offset === undefined) return [words];
    const noted = sourcePlace(linked, source, offset);
    if (noted.file !== place.file) return [];
    const notedLine = lineOf(noted.text, noted.offset);
    return [notedLine === line ? words : `line ${notedLine}: ${words}`];
  });
  return notes.length === 0 ? '' : ` (${notes.slice(0, MOST_NOTES).join('; ')})`;
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
  const place = sourcePlace(linked, source, failure.offset);
  const words = failure.words + noteWords(failure, place, linked, source);
  return new ShaderError(showPlace(place, withoutMangling(words, linked, source)));
}
