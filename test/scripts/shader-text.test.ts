import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shaderText } from '../../scripts/shader-text';
import { tokensOf } from '../../src/gpu/wesl-tokens';
import { listFiles } from '../support/list-files';

test('comments and indentation go, lines stay', () => {
  const text = [
    '// Adds.',
    '/* in',
    '   two lines */ fn add(a: f32) -> f32 { // twice',
    '  // unroll',
    '  for (var i = 0u; i < 2u; i++) {',
    '    a += 1.0; /* here */ ',
    '  }',
    '}',
    '',
  ].join('\n');
  expect(shaderText(text).split('\n')).toEqual([
    '',
    '',
    'fn add(a: f32) -> f32 {',
    '// unroll',
    'for (var i = 0u; i < 2u; i++) {',
    'a += 1.0;',
    '}',
    '}',
    '',
  ]);
});

test('no shader loses a token, a line or a mark', () => {
  const marks = (text: string): number => text.split('// unroll\n').length;
  const lines = (text: string): string[] =>
    text.split('\n').map((line) =>
      tokensOf(line)
        .map((token) => token.text)
        .join(' '),
    );
  const paths = listFiles('shaders', '.wesl');
  expect(paths.length).toBeGreaterThan(100);
  for (const path of paths) {
    const text = readFileSync(path, 'utf8');
    const kept = shaderText(text);
    expect(lines(kept), path).toEqual(lines(text));
    expect(marks(kept), path).toBe(marks(text));
    expect(kept.replaceAll('// unroll', ''), path).not.toMatch(/\/\/|\/\*|^[ \t]|[ \t]$/m);
  }
});
