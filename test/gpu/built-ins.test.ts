import { expect, test } from 'vitest';
import { hideBuiltIns } from '../../src/gpu/built-ins';

test('marked declarations are removed, and other offsets stay the same', () => {
  const text = 'const a = 1;\n// built in\nfn load() {}\nconst b = load();\n';
  const hidden = hideBuiltIns(text);
  expect(hidden).not.toContain('fn load');
  expect(hidden.indexOf('const b = load();')).toBe(text.indexOf('const b = load();'));
  expect(hidden.split('\n')).toHaveLength(text.split('\n').length);
});

test('other comments and declarations are unchanged', () => {
  const text = '// built into something\nfn load() {}\n';
  expect(hideBuiltIns(text)).toBe(text);
});
