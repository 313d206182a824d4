/** What an environment accepts as an action; the distributions are chosen by it. */
export type ActionSpace =
  | { readonly type: 'discrete'; readonly n: number; readonly names?: readonly string[] }
  | { readonly type: 'multi-discrete'; readonly nvec: readonly number[] }
  | { readonly type: 'box'; readonly low: readonly number[]; readonly high: readonly number[] };
