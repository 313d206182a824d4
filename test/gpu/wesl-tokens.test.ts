import { describe, expect, test } from 'vitest';
import { declaredNames, findImports } from '../../src/gpu/wesl-imports';
import { closingIndex, isWord, tokensOf, withoutComments } from '../../src/gpu/wesl-tokens';

const words = (text: string): string[] => tokensOf(text).map((token) => token.text);

describe('comments', () => {
  test('are blanked out, and all offsets stay the same', () => {
    const text = 'a // b\nc /* d\n/* e */ f */ g // /* h\ni /* open\nj';
    const blank = withoutComments(text);
    expect(blank).toBe('a     \nc     \n             g        \ni        \n ');
    expect(blank).toHaveLength(text.length);
  });

  test('do not begin within each other', () => {
    expect(words('a /* // */ b // /*\nc')).toEqual(['a', 'b', 'c']);
  });
});

describe('tokens', () => {
  test('are words, numbers and symbols', () => {
    expect(words('let größe_1 = -0x1.8p-3f * 1e-5+2u.x;')).toEqual([
      ...['let', 'größe_1', '=', '-', '0x1.8p-3f', '*', '1e-5', '+', '2u', '.', 'x', ';'],
    ]);
    expect(words('a::b->c<d>')).toEqual(['a', '::', 'b', '->', 'c', '<', 'd', '>']);
  });

  test('have their offsets and whether they are words', () => {
    expect(tokensOf(' ab\n7 _')).toEqual([
      { text: 'ab', offset: 1, isWord: true },
      { text: '7', offset: 4, isWord: false },
      { text: '_', offset: 6, isWord: true },
    ]);
  });

  test('have the index of their closing bracket, or the end', () => {
    const tokens = tokensOf('f(a, (b), [)])) (');
    expect(closingIndex(tokens, 1)).toBe(9);
    expect(closingIndex(tokens, tokens.length - 1)).toBe(tokens.length);
  });
});

test.each([
  ...([
    ['a', true],
    ['_a1', true],
    ['größe', true],
    ['loop', true],
  ] as const),
  ...([
    ['', false],
    ['1a', false],
    ['a-b', false],
    ['a b', false],
    ['a;', false],
  ] as const),
])('%j is a word: %s', (text, is) => {
  expect(isWord(text)).toBe(is);
});

describe('imports', () => {
  const found = (text: string) =>
    findImports(text).map(({ path, local }) => [path.map((step) => step.text).join('::'), local]);

  test('are found alone, in lists, in trees and with other names', () => {
    const text = `import package::a::b;
import super::c as d; // import no::thing;
import package::{e::{f, g as h}, i,};
import { j::k, l };
fn m() {}`;
    expect(found(text)).toEqual([
      ['package::a::b', 'b'],
      ['super::c', 'd'],
      ['package::e::f', 'f'],
      ['package::e::g', 'h'],
      ['package::i', 'i'],
      ['j::k', 'k'],
      ['l', 'l'],
    ]);
  });

  test('have the offsets of their names', () => {
    const [imported] = findImports('import a::{ b };');
    expect(imported!.path.map(({ offset }) => offset)).toEqual([7, 12]);
  });

  test.each(['import', 'import ;', 'import a::{', 'import a as', 'import {{}}'])(
    'that are incomplete do no harm: %j',
    (text) => {
      expect(() => findImports(text)).not.toThrow();
    },
  );
});

test('declared names are those outside of functions and structs', () => {
  const text = `const A = 1; @must_use fn b(fn c) { const D = 2; } struct E { f: u32 }
alias G = u32; override H = 1; // const I = 2;`;
  expect(declaredNames(text)).toEqual(['A', 'b', 'E', 'G', 'H']);
});
