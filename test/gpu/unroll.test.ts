import { describe, expect, test } from 'vitest';
import { unrollLoops } from '../../src/gpu/unroll';

const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());

describe('unrollLoops', () => {
  test('unrolls a marked loop, its variable as a literal', () => {
    const text = 'a();\n// unroll\nfor (var i = 0u; i < 3; i++) {\n  f(i, ii);\n}\nb();';
    expect(lines(unrollLoops(text)).filter((line) => line.includes('f('))).toEqual([
      'f(0u, ii);',
      'f(1u, ii);',
      'f(2u, ii);',
    ]);
    expect(unrollLoops(text)).toMatch(/^a\(\);\n.*b\(\);$/s);
  });

  test('unrolls inner loops in each copy of the outer one', () => {
    const inner = '// unroll\nfor (var j = 0u; j < 2; j++) {\n  f(i, j);\n}';
    const text = `// unroll\nfor (var i = 0u; i < 2; i++) {\n  ${inner}\n}`;
    const calls = lines(unrollLoops(text)).filter((line) => line.includes('f('));
    expect(calls).toEqual(['f(0u, 0u);', 'f(0u, 1u);', 'f(1u, 0u);', 'f(1u, 1u);']);
  });

  test("accepts a bound made of the module's constants", () => {
    const constants = 'const WIDTH = 64;\nconst LANES: u32 = 8u;\nconst GROUPS = WIDTH / LANES;\n';
    const text = `${constants}// unroll\nfor (var g = 0u; g < GROUPS / 4u; g++) {\n  f(g);\n}`;
    expect(lines(unrollLoops(text)).filter((line) => line.includes('f('))).toHaveLength(2);
  });

  test.each([
    ['7 / 2 * 2', 6],
    ['2 * (7 / 2)', 6],
    ['10 - 3 - 2', 5],
    ['1 + 2 * 3', 7],
    ['(1u + 2u) * 3u', 9],
    ['9 % 4', 1],
    ['HALF * 2', 6],
  ])('evaluates the bound %s to %d, in integers', (bound, turns) => {
    const loop = `// unroll\nfor (var i = 0u; i < ${bound}; i++) {\n  f(i);\n}`;
    const text = `const HALF = 7 / 2;\n${loop}`;
    expect(unrollLoops(text).match(/f\(\d+u\)/g)).toHaveLength(turns);
  });

  test.each(['2 +', '(2', '2 2', '2.5', 'f(2)'])('refuses the bound %s', (bound) => {
    const text = `// unroll\nfor (var i = 0u; i < ${bound}; i++) {\n  f(i);\n}`;
    expect(() => unrollLoops(text)).toThrow(/bound of a marked loop/);
  });

  test('leaves loops without a mark as they are', () => {
    const text = 'for (var i = 0u; i < 3; i++) {\n  f(i);\n}';
    expect(unrollLoops(text)).toBe(text);
  });

  test('names a bound that is not constant', () => {
    const text = '// unroll\nfor (var i = 0u; i < shape.count; i++) {\n  f(i);\n}';
    expect(() => unrollLoops(text)).toThrow(/shape/);
  });
});
