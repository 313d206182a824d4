/** Params that vary: drawn from a range at every reset, which may change over training. */

/**
 * A range from which every environment draws a param at each of its resets, evenly. A bound that is
 * a list goes from its first to its second number over training.
 */
export interface ParamRange {
  /** Lower bound, or the one that training begins with and the one that it ends with. */
  readonly low: number | readonly [begin: number, end: number];
  /** Upper bound, likewise; not below the lower one. */
  readonly high: number | readonly [begin: number, end: number];
  /**
   * The part of training after which lists have arrived at their second numbers, above 0 and up to
   * 1; default 1.
   */
  readonly until?: number | undefined;
}

/** A param of a description: one number, or a range. */
export type Param = number | ParamRange;

/** The params of a description by name. */
export type Params = Readonly<Record<string, Param>>;

/** Numbers of a range on the device: two vec4f. */
export const RANGE_WORDS = 8;

/** The names of the params that vary, in the order of the description. */
export function variedNames({ params = {} }: { readonly params?: Params | undefined }): string[] {
  return Object.keys(params).filter((name) => typeof params[name] !== 'number');
}

/** The range of a param; that of a number is the number alone. */
export function rangeOf(param: Param): ParamRange {
  return typeof param === 'number' ? { low: param, high: param } : param;
}

/** The first and the last value of a bound. */
export const boundPair = (bound: ParamRange['low']): readonly [number, number] =>
  typeof bound === 'number' ? [bound, bound] : bound;

/** The ranges for the device, [names][RANGE_WORDS]; see shaders/rollout/world.wesl. */
export function packRanges(params: Params, names: readonly string[]): Float32Array<ArrayBuffer> {
  const words = new Float32Array(names.length * RANGE_WORDS);
  for (const [index, name] of names.entries()) {
    const { low, high, until = 1 } = rangeOf(params[name]!);
    const [lowBegin, lowEnd] = boundPair(low);
    const [highBegin, highEnd] = boundPair(high);
    words.set([lowBegin, highBegin, lowEnd, highEnd, until], index * RANGE_WORDS);
  }
  return words;
}

/** The bounds of a range at a point of training, 0 … 1. */
export function rangeAt({ low, high, until = 1 }: ParamRange, progress: number): ParamRange {
  const part = Math.min(progress / until, 1);
  const at = (bound: ParamRange['low']): number => {
    const [begin, end] = boundPair(bound);
    return begin + part * (end - begin);
  };
  return { low: at(low), high: at(high) };
}
