/** Writes calls with spilled values: large arguments, pointers and results. */
import {
  type AbstractElem,
  childElems,
  type DeclIdent,
  type ExpressionElem,
  type FnElem,
  type FunctionCallExpression,
  type Type,
} from 'wesl/core';
import { ExpressionWriter } from './expression-writer';
import {
  clearStatements,
  copyStatements,
  elementOf,
  memberOf,
  ownMemory,
  type Place,
  typeText,
} from './places';
import { isExpression, Unspillable } from './program';
import type { Binding, Bindings } from './spill';

/** A call that has been written: the text of a small result, or the place of a large one. */
interface Written {
  readonly text: string;
  readonly result: Place | undefined;
}

/** Results of writing a call's arguments. */
interface Arguments {
  readonly bound: Map<DeclIdent, Binding>;
  /** Statements that must run after the call. */
  readonly after: string[];
}

export abstract class CallWriter extends ExpressionWriter {
  protected call(elem: FunctionCallExpression): string {
    const callee = this.program.calleeOf(elem);
    if (callee) return this.invoke(elem, callee).text;
    const templates = elem.templateArgs?.map((each) => this.program.slice(each)).join(', ');
    const name = `${this.program.slice(elem.function)}${templates ? `<${templates}>` : ''}`;
    // Built-in functions take pointers as they are written, e.g. arrayLength(&states).
    const texts = this.inOrder(elem.arguments, (each) =>
      this.isPointer(each) ? this.program.slice(each) : this.expression(each),
    );
    return `${name}(${texts.join(', ')})`;
  }

  protected made(elem: FunctionCallExpression): Place {
    const callee = this.program.calleeOf(elem);
    if (callee) return this.invoke(elem, callee).result!;
    const place = this.spill.slot(this.program.typeOf(elem));
    this.construct(place, elem);
    return place;
  }

  /** Adds the assignment `place = elem`, for a large value, to `before`. */
  protected assign(place: Place, elem: ExpressionElem): void {
    if (elem.kind === 'parenthesized-expression') {
      this.assign(place, elem.expression);
      return;
    }
    const from =
      elem.kind === 'call-expression' ? this.called(elem, place) : this.placeOf(elem, true);
    if (!from) throw new Unspillable(`no place for ${this.program.slice(elem)}`);
    if (from.text !== place.text) this.before.push(...copyStatements(this.spill, place, from));
  }

  /** The place of the large result of a call or constructor: the destination, if possible. */
  private called(elem: FunctionCallExpression, destination: Place): Place {
    const callee = this.program.calleeOf(elem);
    if (callee) return this.invoke(elem, callee, destination).result!;
    this.construct(destination, elem);
    return destination;
  }

  /** @param destination preferred place of a large result, if the callee may write there */
  private invoke(elem: FunctionCallExpression, callee: FnElem, destination?: Place): Written {
    const found: Arguments = { bound: new Map(), after: [] };
    const parameters = new Map(elem.arguments.map((each, index) => [each, callee.params[index]!]));
    const texts = this.inOrder(elem.arguments, (argument) => {
      const declaration = parameters.get(argument)!.name.decl.ident;
      return this.argument(elem, argument, declaration, found);
    });
    const type = this.program.returnType(callee);
    const isLarge = type !== undefined && this.program.isLarge(type);
    const result = isLarge ? this.resultPlace(type, found.bound, destination) : undefined;
    const name = this.spill.instance(callee, found.bound, result);
    const text = `${name}(${texts.filter((each) => each !== '').join(', ')})`;
    if (!result && found.after.length === 0) return { text, result };
    if (result || !type) {
      this.before.push(`${text};`, ...found.after);
      return { text: '', result };
    }
    const value = this.spill.fresh('value');
    this.before.push(`let ${value} = ${text};`, ...found.after);
    return { text: value, result };
  }

  /** The text of an argument; empty if the callee knows its place. */
  private argument(
    call: FunctionCallExpression,
    argument: ExpressionElem,
    declaration: DeclIdent,
    found: Arguments,
  ): string {
    const type = this.program.typeOfDeclaration(declaration);
    if (type.kind === 'ptr') return this.pointerArgument(argument, type.elem, declaration, found);
    if (!this.program.isLarge(type)) return this.expression(argument);
    const place = this.largeArgument(argument, type, call);
    found.bound.set(declaration, { place, pointer: false });
    return '';
  }

  private resultPlace(type: Type, bound: Bindings, destination: Place | undefined): Place {
    const isFree =
      destination?.fixed &&
      [...bound.values()].every(({ place }) => place.slot !== destination.slot);
    return isFree ? destination : this.spill.slot(type);
  }

  /** The place of a large argument's value while the callee runs. */
  private largeArgument(argument: ExpressionElem, type: Type, call: FunctionCallExpression): Place {
    const place = this.placeOf(argument, true);
    const mayChange = call.arguments.some((each) => this.pointsInto(each, place?.slot));
    if (place?.fixed && !mayChange) return place;
    const copy = this.spill.slot(type);
    if (place) this.before.push(...copyStatements(this.spill, copy, place));
    else this.assign(copy, argument);
    return copy;
  }

  /** Whether an expression contains a pointer into the variable with this slot. */
  private pointsInto(elem: AbstractElem, slot: string | undefined): boolean {
    if (slot === undefined) return false;
    if (isExpression(elem) && this.isPointer(elem)) {
      const [place] = this.aside(() => this.pointee(elem));
      if (place?.slot === slot) return true;
    }
    return childElems(elem).some((each) => this.pointsInto(each, slot));
  }

  private isPointer(elem: ExpressionElem): boolean {
    return this.program.typeOf(elem).kind === 'ptr';
  }

  /**
   * Binds the pointee for the callee, or passes a pointer to a copy that is written back after it.
   */
  private pointerArgument(
    argument: ExpressionElem,
    type: Type,
    declaration: DeclIdent,
    { bound, after }: Arguments,
  ): string {
    const isLarge = this.program.isLarge(type);
    const place = this.pointee(argument) ?? (isLarge ? this.ownPointee(argument, type) : undefined);
    if (!place) return this.program.slice(argument);
    if (isLarge && place.fixed) {
      bound.set(declaration, { place, pointer: true });
      return '';
    }
    const copy = isLarge ? this.spill.slot(type) : this.localCopy(type);
    this.before.push(...copyStatements(this.spill, copy, place));
    after.push(...copyStatements(this.spill, place, copy));
    if (!isLarge) return `&${copy.text}`;
    bound.set(declaration, { place: copy, pointer: true });
    return '';
  }

  private localCopy(type: Type): Place {
    const name = this.spill.fresh('pointed');
    this.before.push(`var ${name}: ${typeText(type, false, this.spill)};`);
    return ownMemory(name, type);
  }

  /** The pointee of a pointer to one of the program's own variables. */
  private ownPointee(argument: ExpressionElem, type: Type): Place {
    const text = this.program.slice(argument);
    return ownMemory(text.startsWith('&') ? `(${text.slice(1)})` : `(*${text})`, type);
  }

  /**
   * Assigns a constructor's value to a place; all arguments are evaluated before the first write.
   */
  private construct(place: Place, elem: FunctionCallExpression): void {
    if (elem.arguments.length === 0) {
      this.before.push(...clearStatements(this.spill, place));
      return;
    }
    const parts = elem.arguments.map((_, index) => this.partOf(place, index));
    const values = elem.arguments.map((argument, index) =>
      this.settledValue(argument, parts[index]!),
    );
    for (const [index, part] of parts.entries()) {
      this.before.push(...copyStatements(this.spill, part, values[index]!));
    }
  }

  /** The element or member that argument `index` of a constructor initializes. */
  private partOf(place: Place, index: number): Place {
    const { type } = place;
    if (type.kind === 'array') return elementOf(place, `${index}u`, type.elem);
    if (type.kind !== 'struct') throw new Unspillable(`a constructor of a ${type.kind}`);
    const member = type.members[index]!;
    return memberOf(place, member.name, member.type);
  }

  /** A copy of a constructor's argument, which nothing can change any more. */
  private settledValue(argument: ExpressionElem, { type }: Place): Place {
    if (this.program.isLarge(type)) {
      const copy = this.spill.slot(type);
      this.assign(copy, argument);
      return copy;
    }
    const name = this.spill.fresh('value');
    const text = this.expression(argument);
    this.before.push(`let ${name}: ${typeText(type, false, this.spill)} = ${text};`);
    return ownMemory(name, type);
  }
}
