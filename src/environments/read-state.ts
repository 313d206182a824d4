/** Reads the States that a device has written. */
import { type EnvironmentDefinition, EnvironmentError, environmentFile } from './definition';
import { variedNames } from './param-range';
import type { StateFields, StateValue } from './state-fields';
import { stateLayout } from './state-layout';
import {
  columnOf,
  type MemberOutline,
  type StateType,
  type StructType,
  strideOf,
  structOf,
} from './state-types';

const WORD = 4;

/** A State on the host, and the params of its episode. */
export interface KeptState {
  readonly state: StateFields;
  /** By name: the constants, and what the episode has drawn. */
  readonly params: Readonly<Record<string, number>>;
}

/** Reads one State from the beginning of a view. */
export type StateReader = (words: DataView) => KeptState;

/**
 * @param stateWords 32-bit words of a State, as the device has measured them
 * @throws EnvironmentError where the module's State is not understood, or has another size.
 */
export function stateReader(environment: EnvironmentDefinition, stateWords: number): StateReader {
  if (environment.host) return observationReader(environment);
  const layout = stateLayout(environment);
  const { size, members } = keptLayout(environment, layout);
  if (size !== stateWords * WORD) {
    throw new EnvironmentError(
      `${environmentFile(environment)}: State has ${stateWords * WORD} bytes on the device, but ` +
        `its members take ${size}, so its states cannot be read`,
    );
  }
  const { params = {} } = environment;
  const varied = variedNames(environment);
  const constants = Object.fromEntries(
    Object.entries(params).filter(([, value]) => typeof value === 'number'),
  ) as Record<string, number>;
  const begin = varied.length > 0 ? members.find(({ name }) => name === 'params')!.offset : 0;
  return (words) => {
    const drawn = varied.map((name, index) => [name, words.getFloat32(begin + index * WORD, true)]);
    return {
      state: readStruct(words, 0, layout),
      params: { ...constants, ...Object.fromEntries(drawn) },
    };
  };
}

/**
 * What a device keeps of each environment: a State, or the struct of shaders/rollout/world.wesl,
 * which begins with it.
 */
function keptLayout(environment: EnvironmentDefinition, state: StructType): StructType {
  const floats = (name: string, length: number): MemberOutline[] => {
    const type: StateType = { kind: 'array', element: { kind: 'scalar', scalar: 'f32' }, length };
    return length === 0 ? [] : [{ name, type, align: undefined, size: undefined }];
  };
  const { metrics = [] } = environment;
  const added = [
    ...floats('params', variedNames(environment).length),
    ...floats('metric_sums', metrics.length),
  ];
  if (added.length === 0) return state;
  return structOf([{ name: 'world', type: state, align: undefined, size: undefined }, ...added]);
}

/** What is known of a state on the host: the observation, which its words begin with. */
function observationReader({ observation }: EnvironmentDefinition): StateReader {
  return (words) => ({
    state: Object.fromEntries(
      observation.map(({ name }, field) => [name, words.getFloat32(field * WORD, true)]),
    ),
    params: {},
  });
}

function readStruct(words: DataView, begin: number, { members }: StructType): StateFields {
  return Object.fromEntries(
    members.map(({ name, type, offset }) => [name, readValue(words, begin + offset, type)]),
  );
}

function readValue(words: DataView, begin: number, type: StateType): StateValue {
  const list = (element: StateType, length: number, stride: number): StateValue[] => {
    const values: StateValue[] = [];
    for (let index = 0; index < length; index++) {
      values.push(readValue(words, begin + index * stride, element));
    }
    return values;
  };
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
