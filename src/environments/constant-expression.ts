/** Computes constant expressions of a module, such as the lengths of arrays in its State. */
import type { Token } from '../gpu/wesl-tokens';

/** A constant: its number, and whether WGSL takes it for an integer. */
export interface Constant {
  readonly value: number;
  readonly isInteger: boolean;
}

/** The constant of a name; undefined if there is none, or none that is understood. */
export type Lookup = (name: string) => Constant | undefined;

/** Thrown inside this file for what is not understood. */
class NotUnderstood extends Error {}

const CASTS: Readonly<Record<string, boolean>> = { u32: true, i32: true, f32: false };

/** Reads one expression from tokens: sums of products of numbers, names, casts and parentheses. */
class Reader {
  private at = 0;

  constructor(
    private readonly words: readonly string[],
    private readonly lookup: Lookup,
  ) {}

  whole(): Constant {
    const constant = this.sum();
    if (this.at < this.words.length) throw new NotUnderstood();
    return constant;
  }

  private take(...wanted: readonly string[]): string | undefined {
    const word = this.words[this.at];
    if (word === undefined || !wanted.includes(word)) return undefined;
    this.at += 1;
    return word;
  }

  private sum(): Constant {
    let left = this.product();
    for (let sign = this.take('+', '-'); sign; sign = this.take('+', '-')) {
      const right = this.product();
      left = joined(
        left,
        right,
        sign === '+' ? left.value + right.value : left.value - right.value,
      );
    }
    return left;
  }

  private product(): Constant {
    let left = this.single();
    for (let sign = this.take('*', '/', '%'); sign; sign = this.take('*', '/', '%')) {
      left = multiplied(left, this.single(), sign);
    }
    return left;
  }

  private single(): Constant {
    if (this.take('-')) {
      const { value, isInteger } = this.single();
      return { value: -value, isInteger };
    }
    if (this.take('(')) return this.closed();
    const word = this.name();
    if (/^[.\d]/.test(word)) return numberOf(word);
    const toInteger = CASTS[word];
    if (toInteger !== undefined && this.take('(')) {
      const { value } = this.closed();
      return { value: toInteger ? Math.trunc(value) : value, isInteger: toInteger };
    }
    const known = this.lookup(word);
    if (!known) throw new NotUnderstood();
    return known;
  }

  /** The next word; of a path such as constants::SIDE, the last. */
  private name(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new NotUnderstood();
    return this.take('::') ? this.name() : word;
  }

  /** The rest of a parenthesis. */
  private closed(): Constant {
    const inside = this.sum();
    if (!this.take(')')) throw new NotUnderstood();
    return inside;
  }
}

function joined(left: Constant, right: Constant, value: number): Constant {
  return { value, isInteger: left.isInteger && right.isInteger };
}

function multiplied(left: Constant, right: Constant, sign: string): Constant {
  if (sign === '*') return joined(left, right, left.value * right.value);
  if (sign === '%') return joined(left, right, left.value % right.value);
  const { value, isInteger } = joined(left, right, left.value / right.value);
  return { value: isInteger ? Math.trunc(value) : value, isInteger };
}

function numberOf(word: string): Constant {
  const isHex = /^0[xX]/.test(word);
  const digits = isHex ? word.replace(/[iu]$/, '') : word.replace(/[iufh]$/, '');
  const value = Number(digits);
  if (Number.isNaN(value)) throw new NotUnderstood();
  return { value, isInteger: isHex || !/[.eEfh]/.test(word) };
}

/** The tokens' value, or undefined for an expression that is not understood. */
export function constantOf(tokens: readonly Token[], lookup: Lookup): Constant | undefined {
  try {
    return new Reader(
      tokens.map(({ text }) => text),
      lookup,
    ).whole();
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}
