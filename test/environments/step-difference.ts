/** How far a step of a device is from that of a twin. */
import type { StateFields } from '../../src/environments/state-fields';
import type { DeviceStates } from './device-states';
import type { FollowedStep } from './twin-walk';

/** What a device or a twin has made of a step. */
export interface Taken {
  readonly reward: number;
  /** See FollowedStep. */
  readonly ending: number;
  /** Of the state after the step, or after the reset behind it. */
  readonly numbers: readonly number[];
}

/** All numbers of a value in the order of its members, those of a list after its length. */
function numbersOf(value: unknown, numbers: number[] = []): number[] {
  if (typeof value === 'number') {
    numbers.push(value);
    return numbers;
  }
  if (Array.isArray(value)) numbers.push(value.length);
  for (const inner of Object.values(value as object)) numbersOf(inner, numbers);
  return numbers;
}

/** @param after the members of the struct */
export function takenByDevice(
  { stateOf, members }: DeviceStates,
  reward: number,
  ending: number,
  after: StateFields,
): Taken {
  return { reward, ending, numbers: numbersOf(members ? members.inOrder(after) : stateOf(after)) };
}

export function takenByTwin({ members }: DeviceStates, step: FollowedStep): Taken {
  const { reward, ending, next } = step;
  const shown = members ? members.of(next.state as never) : next.state;
  return { reward, ending, numbers: numbersOf(shown) };
}

/** A difference in tolerances; a tolerance of 0 allows none. */
function inTolerances(actual: number, expected: number, tolerance: number): number {
  if (tolerance === 0) return actual === expected ? 0 : Number.POSITIVE_INFINITY;
  const difference = Math.abs(actual - expected) / (tolerance * Math.max(1, Math.abs(expected)));
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

/** The largest difference of two steps in tolerances; infinite for other endings. */
export function differenceOf(
  { tolerance, rewardTolerance = 0 }: DeviceStates,
  actual: Taken,
  expected: Taken,
): number {
  const { reward, ending, numbers } = expected;
  if (actual.ending !== ending || actual.numbers.length !== numbers.length) return Infinity;
  const wanted = rewardTolerance === 0 ? Math.fround(reward) : reward;
  return numbers.reduce(
    (most, value, index) => Math.max(most, inTolerances(actual.numbers[index]!, value, tolerance)),
    inTolerances(actual.reward, wanted, rewardTolerance),
  );
}
