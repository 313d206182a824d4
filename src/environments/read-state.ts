/** Reads the States that a device has written. */
import { type EnvironmentDefinition, EnvironmentError, environmentFile } from './definition';
import type { StateFields, StateValue } from './state-fields';
import { stateLayout } from './state-layout';
import { columnOf, type StateType, type StructType, strideOf } from './state-types';

const WORD = 4;

/** Reads one State from the beginning of a view. */
export type StateReader = (words: DataView) => StateFields;

/**
 * @param stateWords 32-bit words of a State, as the device has measured them
 * @throws EnvironmentError where the module's State is not understood, or has another size.
 */
export function stateReader(environment: EnvironmentDefinition, stateWords: number): StateReader {
  const layout = stateLayout(environment);
  if (layout.size !== stateWords * WORD) {
    throw new EnvironmentError(
      `${environmentFile(environment)}: State has ${stateWords * WORD} bytes on the device, but ` +
        `its members take ${layout.size}, so its states cannot be read`,
    );
  }
  return (words) => readStruct(words, 0, layout);
}

function readStruct(words: DataView, begin: number, { members }: StructType): StateFields {
  return Object.fromEntries(
    members.map(({ name, type, offset }) => [name, readValue(words, begin + offset, type)]),
  );
}

function readValue(words: DataView, begin: number, type: StateType): StateValue {
  const list = (element: StateType, length: number, stride: number): StateValue[] =>
    Array.from({ length }, (_, index) => readValue(words, begin + index * stride, element));
  switch (type.kind) {
    case 'scalar':
      if (type.scalar === 'f32') return words.getFloat32(begin, true);
      return type.scalar === 'i32' ? words.getInt32(begin, true) : words.getUint32(begin, true);
    case 'vector':
      return list({ kind: 'scalar', scalar: type.scalar }, type.length, WORD);
    case 'matrix':
      return list(columnOf(type), type.columns, strideOf(columnOf(type)));
    case 'array':
      return list(type.element, type.length, strideOf(type.element));
    case 'struct':
      return readStruct(words, begin, type);
  }
}
