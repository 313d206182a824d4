/** Pickles: plain data is read, and everything else is named and refused. */
import { describe, expect, test } from 'vitest';
import { decodePickle, PickleCall, PickleGlobal, PickleReference } from '../../src/formats/pickle';

/** The bytes of a text with escapes such as \x80, as Python prints them. */
const bytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('plain data', () => {
  // pickle.dumps(…, protocol=2) and 4 of what stands beside them.
  test.each<[string, string, unknown]>([
    ['None', '\x80\x02N.', null],
    [
      '[1, 300, -5, 70000]',
      '\x80\x02]q\x00(K\x01M,\x01J\xfb\xff\xff\xffJp\x11\x01\x00e.',
      [1, 300, -5, 70_000],
    ],
    ['-2**40', '\x80\x02\x8a\x06\x00\x00\x00\x00\x00\xff.', -(2 ** 40)],
    ['(True, 0.5)', '\x80\x02\x88G?\xe0\x00\x00\x00\x00\x00\x00\x86q\x00.', [true, 0.5]],
    [
      "{'a': ()}",
      '\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94)s.',
      new Map([['a', []]]),
    ],
    ['[[], the same]', '\x80\x02]q\x00(]q\x01h\x01e.', [[], []]],
  ])('%s', (_, text, value) => {
    expect(decodePickle(bytes(text), [])).toEqual(value);
  });

  test('calls are described, not made', () => {
    // OrderedDict([('w', ref)]) as torch.save writes it
    const text =
      '\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01(X\x01\x00\x00\x00wX\x01\x00\x00\x007Qu' +
      '}q\x02X\x01\x00\x00\x00aK\x01sb.';
    const value = decodePickle(bytes(text), ['collections.OrderedDict']);
    expect(value).toBeInstanceOf(PickleCall);
    const { callee, items } = value as PickleCall;
    expect(callee).toEqual(new PickleGlobal('collections.OrderedDict'));
    expect([...items]).toEqual([['w', new PickleReference('7')]]);
  });
});

describe('is refused:', () => {
  test.each<[string, string, string]>([
    [
      'a call of the shell',
      'cos\nsystem\n(X\x02\x00\x00\x00lstR.',
      'imports os.system, which is not plain',
    ],
    ['one by protocol 4', '\x80\x04\x8c\x05posix\x8c\x06system\x93.', 'imports posix.system'],
    ['what only code needs', 'I5\n.', 'has a pickle with operation 73, which plain data never has'],
    ['a cut one', '\x80\x02X\x05\x00\x00\x00ab', 'has a pickle that is cut off'],
    ['a length beyond the bytes', '\x80\x02X\xff\xff\xff\xffab.', 'has a pickle that is cut off'],
    ['no end', '\x80\x02N', 'has a pickle that is cut off'],
    ['an empty stack', '.', 'has a pickle whose stack runs empty'],
    ['no mark', 'Nt.', 'has a pickle without a mark'],
    ['no list', 'NNa.', 'extends what is no list'],
    ['no mapping', 'NNNs.', 'sets items of no mapping'],
    ['a call of data', 'N)R.', 'calls what is no function'],
    ['an unknown memo', 'h\x05.', 'has a pickle without a memo 5'],
  ])('%s', (_, text, message) => {
    expect(() => decodePickle(bytes(text), ['collections.OrderedDict'])).toThrow(
      expect.objectContaining({ name: 'PickleError', message: expect.stringContaining(message) }),
    );
  });
});
