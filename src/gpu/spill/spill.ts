/**
 * Spills the large values of a WGSL program to memory.
 *
 * Drivers keep the variables and values of a function in registers. For arrays of hundreds of
 * numbers this gains nothing and compiles slowly: a copy is a sequence of one load and one store
 * per element, and compile time grows with the square of its length (lavapipe: two minutes for an
 * array of 1,000).
 * Here each large variable, parameter and result gets a slot in a separate storage buffer; copies
 * become loops; and a function is written once for each combination of slots that it is called
 * with, so that few copies are left. The program's meaning does not change, and a program that
 * cannot be spilled is left as it is.
 *
 * The buffer holds the slots of a limited number of workgroups, which do the work of all (see
 * entry.ts). Within a workgroup, the elements of all invocations are interleaved.
 */
import type { DeclIdent, FnElem, StructType, Type } from 'wesl/core';
import { entryText, isEntry, lanesOf } from './entry';
import { FunctionWriter } from './function-writer';
import { type Place, typeText } from './places';
import { Program, type SpillOptions, Unspillable, wordsOf } from './program';
import { SCRATCH_BINDING, SCRATCH_BYTES } from './scratch';

/** The place of a parameter's or variable's value, or of its pointee. */
export interface Binding {
  readonly place: Place;
  readonly pointer: boolean;
}

export type Bindings = ReadonlyMap<DeclIdent, Binding>;

/** Prefix of the names that are not made with `fresh`. */
const PREFIX = 'spilled_';
/** Upper bound of a type's size in memory, padding included, over its size without. */
const MAX_PADDING_FACTOR = 4;

/** Upper bound of the 32-bit words that a type takes in memory; scalars are not padded. */
function mostWords(type: Type): number {
  let element = type;
  while (element.kind === 'array') element = element.elem;
  return wordsOf(type) * (element.kind === 'scalar' ? 1 : MAX_PADDING_FACTOR);
}

export class Spill {
  readonly program: Program;
  /** Types of the slots by name. */
  private readonly slots = new Map<string, Type & { kind: 'array' }>();
  private readonly structs = new Map<string, string>();
  private readonly instances = new Map<string, string>();
  /** Declarations added to the program's own. */
  private readonly declarations: string[] = [];
  private count = 0;

  /** @throws Unspillable */
  constructor(text: string, options: SpillOptions) {
    this.program = new Program(text, options);
    if (this.program.includes(PREFIX)) throw new Unspillable(`a name begins with ${PREFIX}`);
  }

  /** A name that the program does not use. */
  fresh(stem: string): string {
    this.count += 1;
    const name = `${stem}_${this.count}`;
    return this.program.includes(name) ? this.fresh(stem) : name;
  }

  /** A new variable. Only the large members of a struct are spilled. */
  slot(type: Type, name = this.fresh('slot'), slot = name): Place {
    const common = { type, slot, fixed: true };
    if (!this.program.isLarge(type)) {
      this.declarations.push(`var<private> ${name}: ${typeText(type, false, this)};`);
      return { ...common, text: name, stored: false };
    }
    if (type.kind === 'struct') {
      const members = type.members.map((each): [string, Place] => {
        return [each.name, this.slot(each.type, `${name}_${each.name}`, slot)];
      });
      return { ...common, text: name, stored: false, members: new Map(members) };
    }
    if (type.kind !== 'array') throw new Unspillable(`a large ${type.kind}`);
    this.slots.set(name, type);
    const text = `spilled_values[spilled_workgroup].${name}`;
    return { ...common, text, stored: true, interleaved: true };
  }

  /** The name of the struct's form in the scratch memory. */
  storedStruct(type: StructType): string {
    const known = this.structs.get(type.name);
    if (known) return known;
    const name = this.fresh(`Stored${type.name}`);
    this.structs.set(type.name, name);
    const members = type.members.map((each) => `${each.name}: ${typeText(each.type, true, this)}`);
    this.declarations.push(`struct ${name} { ${members.join(', ')} }`);
    return name;
  }

  /** The name of a function's instance with its large parameters and result at these places. */
  instance(fn: FnElem, bindings: Bindings, result: Place | undefined): string {
    const name = fn.name.ident.originalName;
    if (!this.program.touchesLarge(fn)) return name;
    const places = [...bindings].map(([{ originalName }, { place }]) => [originalName, place.text]);
    const key = JSON.stringify([name, places, result?.text]);
    const known = this.instances.get(key);
    if (known) return known;
    const own = this.fresh(name);
    this.instances.set(key, own);
    this.declarations.push(new FunctionWriter(this, fn, bindings, result).text(own));
    return own;
  }

  /**
   * The whole program, or undefined if nothing in it is large.
   * @throws Unspillable
   */
  write(): string | undefined {
    const { decls } = this.program.module;
    const functions = decls.filter((elem) => elem.kind === 'fn');
    const entry = functions.find(isEntry);
    if (!entry || !this.program.touchesLarge(entry)) return undefined;
    const begin = entryText(this, entry);
    if (this.slots.size === 0) return undefined;
    const lanes = lanesOf(this.program, entry);
    this.checkRoom(lanes);
    const kept = decls
      .filter((elem) => elem.kind !== 'synthetic')
      .filter((elem) => elem.kind !== 'fn' || !this.program.touchesLarge(elem));
    return [
      ...kept.map((elem) => this.program.slice(elem)),
      ...this.declarations,
      this.scratchText(lanes),
      begin,
      '',
    ].join('\n');
  }

  private scratchText(lanes: number): string {
    const slots = [...this.slots].map(([name, { elem, count }]) => {
      return `  ${name}: array<array<${typeText(elem, true, this)}, ${lanes}>, ${count}>,\n`;
    });
    return `struct SpilledValues {\n${slots.join('')}}
@group(0) @binding(${SCRATCH_BINDING})
var<storage, read_write> spilled_values: array<SpilledValues>;
var<private> spilled_workgroup: u32;
var<private> spilled_lane: u32;
var<private> spilled_one: u32;`;
  }

  /** @throws Unspillable if the scratch memory is too small for even one workgroup. */
  private checkRoom(lanes: number): void {
    const words = [...this.slots.values()].reduce((sum, type) => sum + mostWords(type), 0);
    if (4 * words * lanes > SCRATCH_BYTES) {
      throw new Unspillable(`${words} words for each of ${lanes} invocations`);
    }
  }
}

/**
 * The program with its large values spilled; undefined if it has none, cannot be spilled, or is not
 * valid WGSL, which the compiler reports better.
 */
export function spillLargeValues(wgsl: string, options: SpillOptions): string | undefined {
  try {
    return new Spill(wgsl, options).write();
  } catch {
    return undefined;
  }
}
