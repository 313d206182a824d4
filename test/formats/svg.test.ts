import { expect, test } from 'vitest';
import { escapeXml } from '../../src/formats/svg';

test('characters that XML does not allow are replaced', () => {
  expect(escapeXml('a\0\x08\x0b\x0c\x0e\x1f\ufffe\uffff\ud800b')).toBe(`a${'\ufffd'.repeat(9)}b`);
});

test('other characters stay, and marks become entities', () => {
  expect(escapeXml('\t\n\r😀ß<&">')).toBe('\t\n\r😀ß&lt;&amp;&quot;&gt;');
});
