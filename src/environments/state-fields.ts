/** The values of an environment's State on the host, by the names of the struct. */

/**
 * A value of a State: a number for f32, i32 and u32; a list for a vector and for an array; a list
 * of columns for a matrix; an object for a struct.
 */
export type StateValue = number | readonly StateValue[] | StateFields;

/** The members of a struct by name. */
export interface StateFields {
  readonly [name: string]: StateValue;
}
