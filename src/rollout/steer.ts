/** Actions that somebody else chooses in place of the policy. */
import type { ActionSpace } from '../action-space';
import { storedAction } from '../distributions/executed';
import type { Gpu } from '../gpu/device';
import type { HostStep } from '../gpu/stage';
import type { RolloutBuffer } from './rollout-buffer';
import type { Task } from './task';

/**
 * Chooses the actions of all environments in a step.
 * @returns for each environment A numbers as it gets them; undefined for the policy's action
 */
export type Steering = () => Promise<readonly (readonly number[] | undefined)[]>;

interface SteeredRollout {
  readonly task: Task;
  readonly buffer: RolloutBuffer;
  readonly steering: Steering;
}

/** What the host does between the policy's action and the environment's step. */
export function steerStep(
  { device }: Gpu,
  { task, buffer, steering }: SteeredRollout,
  step: number,
): HostStep {
  const { distribution, environment } = task;
  const { stride } = buffer.sizes;
  const { actions } = buffer;
  return async () => {
    for (const [index, chosen] of (await steering()).entries()) {
      if (chosen === undefined) continue;
      checkAction(environment.action, chosen, index);
      for (const [a, value] of storedAction(distribution, environment.action, chosen).entries()) {
        const place = (step * distribution.actionRows + a) * stride + index;
        const bytes = place * Float32Array.BYTES_PER_ELEMENT;
        device.queue.writeBuffer(actions.buffer, bytes, new Float32Array([value]));
      }
    }
  };
}

/** @throws RangeError for what is no action of the environment. */
function checkAction(space: ActionSpace, given: readonly number[], environment: number): void {
  const words = wanted(space);
  const fits =
    Array.isArray(given) &&
    given.length === words.length &&
    words.every(({ has }, a) => has(given[a]!));
  if (fits) return;
  const numbers = words.map(({ range }) => range).join(', ');
  throw new RangeError(
    `steer returned ${JSON.stringify(given)} for environment ${environment}; it must return ` +
      `undefined or an array of ${words.length}: ${numbers}`,
  );
}

/** What each number of an action may be. */
function wanted(
  space: ActionSpace,
): readonly { readonly range: string; has(value: number): boolean }[] {
  if (space.type === 'box') {
    return space.low.map((low, a) => {
      const high = space.high[a]!;
      const has = (value: number): boolean =>
        Number.isFinite(value) && value >= low && value <= high;
      return { range: `a number from ${low} to ${high}`, has };
    });
  }
  const counts = space.type === 'discrete' ? [space.n] : space.nvec;
  return counts.map((count) => {
    const has = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < count;
    return { range: `an integer from 0 to ${count - 1}`, has };
  });
}
