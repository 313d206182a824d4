/** Checks what is given to a policy to act on. */
import type { ObservationField } from '../environments/definition';
import { type ActionHead, choiceCount, choiceRanges } from './action-head';

/** An observation or a mask that a policy cannot act on; names the entry and what is allowed. */
export class PolicyInputError extends Error {
  override readonly name = 'PolicyInputError';
}

/** Which values of the choices are allowed: D entries, true or 1 for an allowed one. */
export type ActionMask = ArrayLike<boolean | number>;

/** The most names of fields in an error. */
const MOST_NAMES = 8;

/**
 * The observation in float32, [O].
 * @throws PolicyInputError
 */
export function checkedObservation(
  name: string,
  given: ArrayLike<number>,
  fields: readonly ObservationField[],
): Float32Array {
  if (given?.length !== fields.length) {
    const count = given?.length === undefined ? `is ${given}` : `has ${given.length} numbers`;
    const names = fields.map((field) => field.name).join(', ');
    const listed = fields.length <= MOST_NAMES ? ` (${names})` : '';
    throw new PolicyInputError(`${name} ${count}; it must have ${fields.length}${listed}`);
  }
  const observation = Float32Array.from(given);
  const bad = observation.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return observation;
  throw new PolicyInputError(
    `${name}[${bad}] (${fields[bad]!.name}) is ${given[bad]}; it must be a finite float32 number`,
  );
}

/**
 * The mask as booleans [D]; undefined where the actions are not masked.
 * @throws PolicyInputError
 */
export function checkedMask(
  name: string,
  given: ActionMask | undefined,
  head: ActionHead,
  environment: string,
): boolean[] | undefined {
  if (head.kind !== 'choices' || !head.masked) {
    if (given === undefined) return undefined;
    throw new PolicyInputError(
      `${name} is given, but ${environment} does not mask its actions (actionMask); leave it out`,
    );
  }
  const wanted = choiceCount(head);
  if (given?.length !== wanted) {
    const found = given === undefined ? 'is missing' : `has ${given.length} entries`;
    throw new PolicyInputError(
      `${name} ${found}; ${environment} masks its actions, and a mask must have ${wanted} entries`,
    );
  }
  const mask = Array.from({ length: wanted }, (_, d) => asBoolean(name, d, given[d]));
  for (const [choice, [begin, end]] of choiceRanges(head.nvec).entries()) {
    if (mask.slice(begin, end).some(Boolean)) continue;
    throw new PolicyInputError(
      `${name} forbids all values of choice ${choice} (entries ${begin} to ${end - 1}); it must ` +
        'allow at least one',
    );
  }
  return mask;
}

function asBoolean(name: string, index: number, entry: unknown): boolean {
  if (entry === true || entry === 1) return true;
  if (entry === false || entry === 0) return false;
  throw new PolicyInputError(`${name}[${index}] is ${entry}; it must be true, false, 1 or 0`);
}
