/** Where values lie, and the statements that copy and clear large ones there. */
import type { Type } from 'wesl/core';
import { Unspillable, wordsOf } from './program';
import type { Spill } from './spill';

/** Memory, as a WGSL expression that may be read and assigned to. */
export interface Place {
  readonly text: string;
  readonly type: Type;
  /** The moved variable that it is part of; undefined for memory that the program has by itself. */
  readonly slot: string | undefined;
  /** Whether it lies in the scratch memory, which has u32 in the place of bool. */
  readonly stored: boolean;
  /** Whether the text means the same in every function and at any time, since it has no index. */
  readonly fixed: boolean;
  /** Whether each element has those of the workgroup's other invocations beside it. */
  readonly interleaved?: boolean;
  /** The members of a struct, which do not lie together; the text is only a name then. */
  readonly members?: ReadonlyMap<string, Place>;
}

/** Memory that the program has by itself. */
export function ownMemory(text: string, type: Type): Place {
  return { text, type, slot: undefined, stored: false, fixed: false };
}

/** @param type of the member of a struct, or of what is taken of a vector */
export function memberOf(place: Place, name: string, type: Type): Place {
  return place.members?.get(name) ?? { ...place, text: `${place.text}.${name}`, type };
}

/** @param type of the element */
export function elementOf(place: Place, index: string, type: Type): Place {
  const lane = place.interleaved ? '[spilled_lane]' : '';
  const text = `${place.text}[${index}]${lane}`;
  return { ...place, text, type, fixed: false, interleaved: false };
}

/** Whether storage memory cannot hold the type as it is. */
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

/** The type in WGSL; with `stored` as the scratch memory holds it. */
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

/** A bool or a vector of bools that is read from scratch memory, or with `stored` is written to it. */
export function converted(text: string, type: Type, stored: boolean, spill: Spill): string {
  return `${typeText(type, stored, spill)}(${text})`;
}

/** Words that one assignment may copy: each is a load and a store for the driver to compile. */
const MOST_WORDS = 8;

/** Whether a place is written as one: its parts lie together, and it is small. */
function isWhole(place: Place): boolean {
  return wordsOf(place.type) <= MOST_WORDS && !place.interleaved && !place.members;
}

/** A loop that compilers keep as one, since they do not know spilled_one. */
function loop(spill: Spill, count: number, body: (index: string) => string[]): string[] {
  const index = spill.fresh('element');
  const head = `for (var ${index} = 0u; ${index} < ${count}u * spilled_one; ${index}++) {`;
  return [head, ...body(index), '}'];
}

/** The statements of to = from. */
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
