/** The key under which `using` finds how to destroy a value at the end of its block. */

/**
 * A value that `using` destroys at the end of its block. The member `[Symbol.dispose]` exists only
 * in programs whose types know the symbol: those of TypeScript's library "esnext.disposable" or of
 * Node.
 */
export type DisposableValue = {
  readonly [Key in SymbolConstructor['dispose' & keyof SymbolConstructor] & symbol]: () => void;
};

/** `Symbol.dispose`; on a platform without it, a symbol that nothing calls. */
export const DISPOSE: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol('Symbol.dispose') as typeof Symbol.dispose);
