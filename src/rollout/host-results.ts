/** Checks what the functions of a host world return. */
import { HostWorldError } from '../environments/host-world';

/** Whose results are read. */
export interface ResultReader {
  /** The environment's id. */
  readonly id: string;
  /** Names of the observed numbers, O. */
  readonly fields: readonly string[];
}

type Returned = Readonly<Record<string, unknown>>;

function fail(id: string, sentence: string): never {
  throw new HostWorldError(`environment ${id}: ${sentence}`);
}

/** @throws HostWorldError unless a function has returned an object. */
export function returnedObject(
  { id }: ResultReader,
  name: string,
  value: unknown,
  lists: string,
): Returned {
  if (typeof value === 'object' && value !== null) return value as Returned;
  return fail(id, `${name} returned ${value}; it must return { ${lists} }`);
}

/**
 * A list of the wanted length.
 * @throws HostWorldError for anything else.
 */
export function returnedList(
  { id }: ResultReader,
  name: string,
  returned: Returned,
  key: string,
  length: number,
): ArrayLike<number | boolean> {
  const list = returned[key] as ArrayLike<number | boolean> | undefined;
  const found = typeof list === 'object' && list !== null ? list.length : undefined;
  if (found === length) return list!;
  const what = found === undefined ? `no list ${key}` : `${key} of the length ${found}`;
  return fail(id, `${name} returned ${what}; its length must be ${length}`);
}

/** @throws HostWorldError for the first reward that is not finite as f32. */
export function checkRewards({ id }: ResultReader, rewards: Float32Array): void {
  const bad = rewards.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  fail(id, `step returned rewards[${bad}] = ${rewards[bad]}; it must be finite`);
}

/**
 * @param observations [rows][O], those of the environments in `rows`
 * @throws HostWorldError for the first number that is not finite as f32.
 */
export function checkObservations(
  { id, fields }: ResultReader,
  name: string,
  observations: Float32Array,
  environmentOf: (row: number) => number,
): void {
  const bad = observations.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  const environment = environmentOf(Math.floor(bad / fields.length));
  const field = fields[bad % fields.length];
  fail(
    id,
    `${name} returned an observation of environment ${environment} whose ${field} is ` +
      `${observations[bad]}; it must be finite`,
  );
}
