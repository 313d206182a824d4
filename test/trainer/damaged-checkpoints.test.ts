/** Damaged checkpoints: each is refused with one clear error before anything is allocated. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import {
  decodeSafetensors,
  encodeSafetensors,
  type TensorFile,
} from '../../src/formats/safetensors';
import { createTrainer } from '../../src/trainer/create-trainer';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import { checksumOf } from '../../src/trainer/saved-file';
import { openTestGpu } from '../support/gpu';
import { SMALL } from './training';

const gpu = await openTestGpu();
const config = { ...SMALL, normObs: true, refKlCoef: 0.1 };
const trainer = await createTrainer({ gpu, environment: cartpole, config });
for await (const _report of trainer) break;
const whole = await trainer.save();
trainer.destroy();

/** The error that restoring ends in; undefined if it does not. */
async function refusal(checkpoint: Uint8Array): Promise<unknown> {
  try {
    const restored = await restoreTrainer({ gpu, checkpoint });
    restored.destroy();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** One sentence or one per problem, by an error that users can act on. */
function expectClear(error: unknown): void {
  expect(error).toBeInstanceOf(Error);
  const { name, message } = error as Error;
  expect(['SavedFileError', 'ConfigError', 'EnvironmentError']).toContain(name);
  expect(message.length).toBeGreaterThan(20);
  expect(message).not.toMatch(/undefined|\[object|is not a function|Cannot read/);
}

test('an undamaged one is restored', async () => {
  expect(await refusal(whole)).toBeUndefined();
});

/** A kind of damage: what it depends on, and how it is done. */
interface Damage<T> {
  readonly arbitrary: fc.Arbitrary<T>;
  apply(value: T): Uint8Array;
}

/** Hides the type of the values. */
const damage = <T>(
  arbitrary: fc.Arbitrary<T>,
  apply: (value: T) => Uint8Array,
): Damage<unknown> => ({ arbitrary, apply: (value) => apply(value as T) });

const place = fc.nat(whole.length - 1);

/** A copy that `change` has changed. */
function changed(change: (copy: Uint8Array) => void): Uint8Array {
  const copy = whole.slice();
  change(copy);
  return copy;
}

const DAMAGES: Readonly<Record<string, Damage<unknown>>> = {
  'cut off': damage(place, (end) => whole.slice(0, end)),
  'with a flipped bit': damage(fc.tuple(place, fc.nat(7)), ([at, bit]) =>
    changed((copy) => {
      copy[at]! ^= 1 << bit;
    }),
  ),
  'with a hole of zeros': damage(fc.tuple(place, fc.nat(4096)), ([at, length]) =>
    changed((copy) => {
      copy[at]! ^= 0xff;
      copy.fill(0, at + 1, at + length);
    }),
  ),
  'with more bytes': damage(fc.uint8Array({ minLength: 1, maxLength: 64 }), (more) =>
    Uint8Array.from([...whole, ...more]),
  ),
  foreign: damage(fc.uint8Array({ maxLength: 512 }), (bytes) => bytes),
  'with a header of any length': damage(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (length) =>
    changed((copy) => new DataView(copy.buffer).setBigUint64(0, length, true)),
  ),
};

describe.each(Object.entries(DAMAGES))('%s', (_, { arbitrary, apply }) => {
  test('is refused', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (value) => expectClear(await refusal(apply(value)))),
      { numRuns: 20, seed: 16 },
    );
  });
});

/** A checkpoint with other content, whose checksum is right. */
function forged(tensors: TensorFile['tensors'], metadata: TensorFile['metadata']): Uint8Array {
  const checksum = checksumOf({ tensors, metadata });
  return encodeSafetensors({ tensors, metadata: { ...metadata, checksum } });
}

const { tensors: TENSORS, metadata: METADATA } = decodeSafetensors(whole);
const name = fc.constantFrom(...Object.keys(TENSORS));
const key = fc.constantFrom('environment', 'config', 'counters', 'origin');

/** The paths to all values of a JSON text, and one of them replaced. */
function replaced(text: string, pick: number, value: unknown): string {
  const root: { all: unknown } = { all: JSON.parse(text) };
  const paths: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (holder: Record<string, unknown>): void => {
    for (const child of Object.keys(holder)) {
      paths.push({ holder, key: child });
      if (typeof holder[child] === 'object' && holder[child] !== null) {
        visit(holder[child] as Record<string, unknown>);
      }
    }
  };
  visit(root);
  const { holder, key: at } = paths[pick % paths.length]!;
  holder[at] = value;
  return JSON.stringify(root.all) ?? 'null';
}

const FORGERIES: Readonly<Record<string, Damage<unknown>>> = {
  'without a tensor': damage(name, (left) => {
    const { [left]: _, ...tensors } = TENSORS;
    return forged(tensors, METADATA);
  }),
  'with a tensor of another shape': damage(fc.tuple(name, fc.nat(50)), ([at, size]) =>
    forged({ ...TENSORS, [at]: { shape: [1, size], values: new Float32Array(size) } }, METADATA),
  ),
  'with a number that is not finite': damage(
    fc.tuple(
      fc.constantFrom('parameters', 'optimizer', 'reference'),
      fc.constantFrom(NaN, Infinity),
    ),
    ([at, value]) => {
      const { shape, values } = TENSORS[at]!;
      return forged(
        { ...TENSORS, [at]: { shape, values: values.slice().fill(value, 1, 2) } },
        METADATA,
      );
    },
  ),
  'with metadata that are missing': damage(key, (left) => {
    const { [left]: _, ...metadata } = METADATA;
    return forged(TENSORS, metadata as Record<string, string>);
  }),
};

describe.each(Object.entries(FORGERIES))('%s', (_, { arbitrary, apply }) => {
  test('is refused', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (value) => expectClear(await refusal(apply(value)))),
      { numRuns: 20, seed: 16 },
    );
  });
});

test('with other metadata, is refused clearly or restored', async () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, '', '../../etc/passwd', -1, 1e300, 'NaN', [], {}, true),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(key, fc.nat(), value, async (at, pick, other) => {
      const text = replaced(METADATA[at]!, pick, other);
      const checkpoint = forged(TENSORS, { ...METADATA, [at]: text });
      const error = await refusal(checkpoint);
      if (error instanceof Error && ['ShaderError', 'LimitError'].includes(error.name)) return;
      if (error !== undefined) expectClear(error);
    }),
    { numRuns: 100, seed: 16 },
  );
}, 120_000);
