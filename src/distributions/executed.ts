/** Between actions as the policy chooses them, and as an environment executes them. */
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

/** Numbers at a bound are squashed ones that are as far out as f32 tells apart. */
const NEAREST = 2 ** -24;

/**
 * The inverse: numbers that are executed as the given ones, to within rounding.
 * @param executed A numbers within the bounds
 */
export function storedAction(
  { name }: Pick<Distribution, 'name'>,
  space: ActionSpace,
  executed: readonly number[],
): number[] {
  if (space.type !== 'box' || name !== 'squashed-gaussian') return [...executed];
  return executed.map((value, index) => {
    const [low, high] = [space.low[index]!, space.high[index]!];
    const part = Math.min(Math.max((value - low) / (high - low), NEAREST), 1 - NEAREST);
    return Math.log(part / (1 - part)) / 2;
  });
}
