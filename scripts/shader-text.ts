/** What a build keeps of a shader file. */
import { withoutComments } from '../src/gpu/wesl-tokens';

/** A comment that src/gpu/unroll.ts reads. */
const MARK = '// unroll';

/**
 * The text without comments, indentation and trailing spaces. Every line stays in its place, so
 * that errors name the right one.
 */
export function shaderText(text: string): string {
  const lines = text.split('\n');
  return withoutComments(text)
    .split('\n')
    .map((line, index) => (lines[index]!.trim() === MARK ? MARK : line.trim()))
    .join('\n');
}
