/** Places of values in memory, and the statements that copy and clear large ones. */
import type { Type } from 'wesl/core';
import { Unspillable, wordsOf } from './program';
import type { Spill } from './spill';

/** A memory location, as a WGSL expression that can be read and assigned to. */
export interface Place {
  readonly text: string;
  readonly type: Type;
  /** The spilled variable that it is part of; undefined for the program's own variables. */
  readonly slot: string | undefined;
  /** Whether it is in the scratch memory, which stores bool as u32. */
  readonly stored: boolean;
  /** Whether the text, having no index, means the same in every function and at any time. */
  readonly fixed: boolean;
  /** Whether each element is stored next to those of the workgroup's other invocations. */
  readonly interleaved?: boolean;
  /** The places of a struct's members if they are separate; the text is then only a name. */
  readonly members?: ReadonlyMap<string, Place>;
}

/** One of the program's own variables. */
export function ownMemory(text: string, type: Type): Place {
  return { text, type, slot: undefined, stored: false, fixed: false };
}

/** @param type type of the struct's member or of the vector's components */
export function memberOf(place: Place, name: string, type: Type): Place {
  return place.members?.get(name) ?? { ...place, text: `${place.text}.${name}`, type };
}

/** @param type type of the element */
export function elementOf(place: Place, index: string, type: Type): Place {
  const lane = place.interleaved ? '[spilled_lane]' : '';
  const text = `${place.text}[${index}]${lane}`;
  return { ...place, text, type, fixed: false, interleaved: false };
}

/** Whether the type contains bool, which storage memory cannot hold. */
export function hasBool(type: Type): boolean {
  switch (type.kind) {
    case 'scalar':
      return type.scalar === 'bool';
    case 'vector':
    case 'array':
      return hasBool(type.elem);
    case 'struct':
      return type.members.some((member) => hasBool(member.type));
    default:
      return false;
  }
}

/** The type in WGSL; with `stored`, its form in the scratch memory. */
export function typeText(type: Type, stored: boolean, spill: Spill): string {
  switch (type.kind) {
    case 'scalar':
      return stored && type.scalar === 'bool' ? 'u32' : type.scalar;
    case 'vector':
      return `vec${type.size}<${typeText(type.elem, stored, spill)}>`;
    case 'matrix':
      return `mat${type.cols}x${type.rows}<${typeText(type.elem, stored, spill)}>`;
    case 'array':
      return `array<${typeText(type.elem, stored, spill)}, ${type.count}>`;
    case 'struct':
      return stored && hasBool(type) ? spill.storedStruct(type) : type.name;
    default:
      throw new Unspillable(`no memory for a ${type.kind}`);
  }
}

/** Converts bools read from the scratch memory or, with `stored`, to be written to it. */
export function converted(text: string, type: Type, stored: boolean, spill: Spill): string {
  return `${typeText(type, stored, spill)}(${text})`;
}

/** Most words that one assignment copies: the driver compiles a load and a store for each. */
const MAX_WORDS = 8;

/** Whether one assignment copies a place: it is small and contiguous. */
function isWhole(place: Place): boolean {
  return wordsOf(place.type) <= MAX_WORDS && !place.interleaved && !place.members;
}

/** A loop that compilers cannot unroll, because they do not know `spilled_one`. */
function loop(spill: Spill, count: number, body: (index: string) => string[]): string[] {
  const index = spill.fresh('element');
  const head = `for (var ${index} = 0u; ${index} < ${count}u * spilled_one; ${index}++) {`;
  return [head, ...body(index), '}'];
}

/** The statements that assign `from` to `to`. */
export function copyStatements(spill: Spill, to: Place, from: Place): string[] {
  const { type } = to;
  const converts = to.stored !== from.stored && hasBool(type);
  if (isWhole(to) && isWhole(from) && !converts) return [`${to.text} = ${from.text};`];
  if (type.kind === 'struct') {
    return type.members.flatMap(({ name, type: own }) =>
      copyStatements(spill, memberOf(to, name, own), memberOf(from, name, own)),
    );
  }
  if (type.kind === 'array') {
    const { elem } = type;
    return loop(spill, type.count!, (index) =>
      copyStatements(spill, elementOf(to, index, elem), elementOf(from, index, elem)),
    );
  }
  const value = converts ? converted(from.text, type, to.stored, spill) : from.text;
  return [`${to.text} = ${value};`];
}

/** The statements that set a place to the zero value of its type. */
export function clearStatements(spill: Spill, place: Place): string[] {
  const { type } = place;
  if (type.kind === 'struct') {
    return type.members.flatMap(({ name, type: own }) =>
      clearStatements(spill, memberOf(place, name, own)),
    );
  }
  if (type.kind === 'array' && !isWhole(place)) {
    const { elem } = type;
    return loop(spill, type.count!, (index) =>
      clearStatements(spill, elementOf(place, index, elem)),
    );
  }
  return [`${place.text} = ${typeText(type, place.stored, spill)}();`];
}
