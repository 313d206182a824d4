/**
 * What an environment accepts as an action; the distribution of the policy follows from it.
 * - `discrete`: one of `n` ≥ 2 choices, which the module gets as a whole number 0 … n - 1; `names`
 * are for people.
 * - `multi-discrete`: several choices at once, component i with `nvec[i]` ≥ 1 values 0 … nvec[i] -
 * 1.
 * - `box`: real numbers, component i within `low[i]` … `high[i]`; both lists have the same length.
 */
export type ActionSpace =
  | { readonly type: 'discrete'; readonly n: number; readonly names?: readonly string[] }
  | { readonly type: 'multi-discrete'; readonly nvec: readonly number[] }
  | { readonly type: 'box'; readonly low: readonly number[]; readonly high: readonly number[] };
