/** What an environment executes of an action that the policy has chosen. */
import type { ActionSpace } from '../action-space';
import type { Distribution } from './distribution';

/**
 * The executed action, as `executed` of the distribution's shader computes it, to within rounding:
 * continuous numbers are clipped or squashed into their bounds, choices stay as they are.
 * @param stored A numbers as the policy has drawn them
 */
export function executedAction(
  { name }: Pick<Distribution, 'name'>,
  space: ActionSpace,
  stored: readonly number[],
): number[] {
  if (space.type !== 'box') return [...stored];
  return stored.map((value, index) => {
    const [low, high] = [Math.fround(space.low[index]!), Math.fround(space.high[index]!)];
    const inside =
      name === 'squashed-gaussian' ? low + (high - low) / (1 + Math.exp(-2 * value)) : value;
    return Math.min(Math.max(inside, low), high);
  });
}
