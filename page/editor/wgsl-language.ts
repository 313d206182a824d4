/** The words of WGSL, and of the imports that WESL adds, for colors and indentation. */
import { StreamLanguage, type StreamParser, type StringStream } from '@codemirror/language';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const KEYWORDS = words(
  'alias break case const const_assert continue continuing default discard else enable fn for if ' +
    'import let loop override requires return struct super switch var while',
);
const VALUES = words('true false');
const TYPES = words(
  'array atomic bool f16 f32 function i32 mat2x2 mat2x2f mat2x3 mat2x3f mat2x4 mat2x4f mat3x2 ' +
    'mat3x2f mat3x3 mat3x3f mat3x4 mat3x4f mat4x2 mat4x2f mat4x3 mat4x3f mat4x4 mat4x4f private ' +
    'ptr u32 vec2 vec2f vec2i vec2u vec3 vec3f vec3i vec3u vec4 vec4f vec4i vec4u ' +
    // Those that every environment has.
    'Action Mask Metrics Observation Rng State Step',
);

const NUMBER = /^(?:0x[\da-f]+[iu]?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[fhiu]?)/i;
const NAME = /^[\p{XID_Start}_]\p{XID_Continue}*/u;

interface State {
  /** Comments nest. */
  comments: number;
  /** Open brackets, for the indentation. */
  depth: number;
}

function readComment(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match('/*')) state.comments += 1;
    else if (stream.match('*/')) state.comments -= 1;
    else stream.next();
    if (state.comments === 0) break;
  }
  return 'comment';
}

function readName(stream: StringStream, name: string): string {
  if (KEYWORDS.has(name)) return 'keyword';
  if (VALUES.has(name)) return 'atom';
  if (TYPES.has(name)) return 'typeName';
  return stream.match(/^\s*\(/, false) ? 'variableName.function' : 'variableName';
}

function read(stream: StringStream, state: State): string | null {
  if (state.comments > 0) return readComment(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('/*', false)) return readComment(stream, state);
  if (stream.match(NUMBER)) return 'number';
  if (stream.match(/^@\w+/)) return 'attributeName';
  const name = stream.match(NAME) as RegExpMatchArray | null;
  if (name) return readName(stream, name[0]);
  const character = stream.next()!;
  if ('([{'.includes(character)) state.depth += 1;
  if (')]}'.includes(character)) state.depth = Math.max(0, state.depth - 1);
  return '()[]{}'.includes(character) ? 'bracket' : 'operator';
}

export const wgslParser: StreamParser<State> = {
  name: 'wgsl',
  startState: () => ({ comments: 0, depth: 0 }),
  token: read,
  indent: ({ depth }, textAfter, { unit }) =>
    unit * Math.max(0, /^\s*[)\]}]/.test(textAfter) ? depth - 1 : depth),
  languageData: { commentTokens: { line: '//', block: { open: '/*', close: '*/' } } },
};

export const wgslLanguage: StreamLanguage<State> = StreamLanguage.define(wgslParser);
