import type { ActionSpace } from '../../src/action-space';

/** A mask as the device stores it: 16 choices per number, the first in the lowest bit. */
export function maskWords(mask: readonly boolean[]): number[] {
  return Array.from({ length: Math.ceil(mask.length / 16) }, (_, word) =>
    mask
      .slice(16 * word, 16 * (word + 1))
      .reduce((bits, allowed, bit) => bits + (allowed ? 2 ** bit : 0), 0),
  );
}

/** The allowed actions: if a mask allows none in a component, all of it are allowed. */
export function completedMask(space: ActionSpace, mask: readonly boolean[]): boolean[] {
  const nvec = space.type === 'multi-discrete' ? space.nvec : [mask.length];
  let end = 0;
  return nvec.flatMap((n) => {
    end += n;
    const part = mask.slice(end - n, end);
    return part.includes(true) ? part : part.map(() => true);
  });
}
