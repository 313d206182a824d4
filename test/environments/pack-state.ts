/** Writes a State as a device reads it, from the values of its members by name. */
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { StateFields, StateValue } from '../../src/environments/state-fields';
import { stateLayout } from '../../src/environments/state-layout';
import { type StateType, strideOf } from '../../src/environments/state-types';

function writeValue(words: DataView, begin: number, type: StateType, value: StateValue): void {
  if (type.kind === 'scalar') {
    if (type.scalar === 'f32') words.setFloat32(begin, value as number, true);
    else words.setInt32(begin, value as number, true);
  } else if (type.kind === 'struct') {
    for (const { name, type: inner, offset } of type.members) {
      writeValue(words, begin + offset, inner, (value as StateFields)[name]!);
    }
  } else if (type.kind === 'matrix') {
    throw new Error('matrices are not packed');
  } else {
    const element: StateType =
      type.kind === 'vector' ? { kind: 'scalar', scalar: type.scalar } : type.element;
    for (const [index, each] of (value as readonly StateValue[]).entries()) {
      writeValue(words, begin + index * strideOf(element), element, each);
    }
  }
}

export function packState(environment: EnvironmentDefinition, state: StateFields): Uint32Array {
  const layout = stateLayout(environment);
  const bytes = new ArrayBuffer(layout.size);
  writeValue(new DataView(bytes), 0, layout, state);
  return new Uint32Array(bytes);
}
