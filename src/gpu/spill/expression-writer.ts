/** Writes expressions with spilled values. */
import type {
  BinaryExpression,
  DeclIdent,
  ExpressionElem,
  FunctionCallExpression,
} from 'wesl/core';
import {
  converted,
  copyStatements,
  elementOf,
  hasBool,
  memberOf,
  ownMemory,
  type Place,
  typeText,
} from './places';
import { type Program, Unspillable } from './program';
import type { Binding, Bindings, Spill } from './spill';

/** Names made by `inOrder`, and literals: texts whose value cannot change. */
const CONSTANT_TEXT = /^(?:value_\d+|[\d.]+[uif]?)$/;

export abstract class ExpressionWriter {
  /** Statements that must run before what has been written so far. */
  protected before: string[] = [];
  protected readonly bindings: Map<DeclIdent, Binding>;

  constructor(
    protected readonly spill: Spill,
    bindings: Bindings,
  ) {
    this.bindings = new Map(bindings);
  }

  /** Writes a call whose result is not large. */
  protected abstract call(elem: FunctionCallExpression): string;

  /** The place of the large result of a call. */
  protected abstract made(elem: FunctionCallExpression): Place;

  protected get program(): Program {
    return this.spill.program;
  }

  /** Writes an expression that is not large. */
  protected expression(elem: ExpressionElem): string {
    const place = this.placeOf(elem);
    if (place?.slot !== undefined) return this.read(place);
    switch (elem.kind) {
      case 'parenthesized-expression':
        return `(${this.expression(elem.expression)})`;
      case 'component-member-expression':
        return `${this.expression(elem.base)}.${elem.access.name}`;
      case 'component-expression': {
        const [base, access] = this.inOrder([elem.base, elem.access]);
        return `${base}[${access}]`;
      }
      case 'unary-expression':
        return `${elem.operator.value}${this.expression(elem.expression)}`;
      case 'binary-expression':
        return this.binary(elem);
      case 'call-expression':
        return this.call(elem);
      default:
        return this.program.slice(elem);
    }
  }

  /** Writes expressions so that they are evaluated from left to right, `before` included. */
  protected inOrder(
    elems: readonly ExpressionElem[],
    write = (elem: ExpressionElem) => this.expression(elem),
  ): string[] {
    const texts: string[] = [];
    for (const elem of elems) {
      const begin = this.before.length;
      const text = write(elem);
      if (this.before.length > begin) this.settle(elems, texts, begin);
      texts.push(text);
    }
    return texts;
  }

  /** Evaluates expressions at index `begin` of `before` if later statements might change them. */
  private settle(elems: readonly ExpressionElem[], texts: string[], begin: number): void {
    const settled: string[] = [];
    for (const [index, text] of texts.entries()) {
      // A large argument has no text.
      if (text === '' || this.isSettled(elems[index]!, text)) continue;
      const name = this.spill.fresh('value');
      settled.push(`let ${name} = ${text};`);
      texts[index] = name;
    }
    this.before.splice(begin, 0, ...settled);
  }

  /** Whether an expression's value cannot be changed by statements that run before it. */
  protected isSettled(elem: ExpressionElem, text = ''): boolean {
    if (CONSTANT_TEXT.test(text)) return true;
    switch (elem.kind) {
      case 'literal':
      case 'type':
        return true;
      case 'parenthesized-expression':
        return this.isSettled(elem.expression);
      case 'unary-expression':
        return elem.operator.value === '&' || this.isSettled(elem.expression);
      case 'binary-expression':
        return this.isSettled(elem.left) && this.isSettled(elem.right);
      case 'ref': {
        const kind = this.program.declarationOf(elem.ident)?.declElem?.kind;
        return kind !== 'var' && kind !== 'gvar';
      }
      default:
        return false;
    }
  }

  private binary({ operator: { value: symbol }, left, right }: BinaryExpression): string {
    if (symbol !== '&&' && symbol !== '||') {
      const [a, b] = this.inOrder([left, right]);
      return `${a} ${symbol} ${b}`;
    }
    const first = this.expression(left);
    const [second, needed] = this.aside(() => this.expression(right));
    if (needed.length === 0) return `${first} ${symbol} ${second}`;
    // The statements of the right side must not run if the left side decides.
    const name = this.spill.fresh('decided');
    const open = symbol === '&&' ? name : `!${name}`;
    this.before.push(`var ${name} = ${first};`, `if (${open}) {`, ...needed);
    this.before.push(`${name} = ${second};`, '}');
    return name;
  }

  /** Writes with a separate `before`; returns the result and these statements. */
  protected aside<T>(write: () => T): [T, string[]] {
    const outer = this.before;
    this.before = [];
    try {
      const written = write();
      return [written, this.before];
    } finally {
      this.before = outer;
    }
  }

  private read(place: Place): string {
    const { text, type } = place;
    if (this.program.isLarge(type)) throw new Unspillable(`${text} is used as a value`);
    if (!place.stored || !hasBool(type)) return text;
    if (type.kind !== 'array' && type.kind !== 'struct') {
      return converted(text, type, false, this.spill);
    }
    const name = this.spill.fresh('value');
    this.before.push(`var ${name}: ${typeText(type, false, this.spill)};`);
    this.before.push(...copyStatements(this.spill, ownMemory(name, type), place));
    return name;
  }

  /**
   * The place of an expression's value, if it is large or part of a spilled variable.
   * @param keeps true if the place is used later or repeatedly, so that its indices must be fixed
   */
  protected placeOf(elem: ExpressionElem, keeps = false): Place | undefined {
    switch (elem.kind) {
      case 'parenthesized-expression':
        return this.placeOf(elem.expression, keeps);
      case 'ref':
        return this.bindingOf(elem)?.place ?? this.elsewhere(elem);
      case 'unary-expression':
        if (elem.operator.value !== '*') return undefined;
        return this.pointee(elem.expression) ?? this.elsewhere(elem);
      case 'component-member-expression': {
        const base = this.placeOf(elem.base, keeps);
        if (!base) return this.elsewhere(elem);
        return memberOf(base, elem.access.name, this.program.typeOf(elem));
      }
      case 'component-expression': {
        const base = this.placeOf(elem.base, keeps);
        if (!base) return this.elsewhere(elem);
        const index = keeps ? this.kept(elem.access) : this.expression(elem.access);
        return elementOf(base, index, this.program.typeOf(elem));
      }
      case 'call-expression':
        return this.program.isLarge(this.program.typeOf(elem)) ? this.made(elem) : undefined;
      default:
        return undefined;
    }
  }

  /** The pointee of a pointer into a spilled variable; undefined for other pointers. */
  protected pointee(elem: ExpressionElem): Place | undefined {
    if (elem.kind === 'parenthesized-expression') return this.pointee(elem.expression);
    if (elem.kind === 'ref') {
      const binding = this.bindingOf(elem);
      return binding?.pointer ? binding.place : undefined;
    }
    if (elem.kind !== 'unary-expression' || elem.operator.value !== '&') return undefined;
    const place = this.placeOf(elem.expression, true);
    return place?.slot === undefined ? undefined : place;
  }

  private bindingOf(elem: ExpressionElem & { readonly kind: 'ref' }): Binding | undefined {
    const declaration = this.program.declarationOf(elem.ident);
    return declaration && this.bindings.get(declaration);
  }

  /** The place of a large value in one of the program's own variables. */
  private elsewhere(elem: ExpressionElem): Place | undefined {
    const type = this.program.typeOf(elem);
    return this.program.isLarge(type) ? ownMemory(this.ownText(elem), type) : undefined;
  }

  private ownText(elem: ExpressionElem): string {
    switch (elem.kind) {
      case 'component-member-expression':
        return `${this.ownText(elem.base)}.${elem.access.name}`;
      case 'component-expression':
        return `${this.ownText(elem.base)}[${this.kept(elem.access)}]`;
      case 'unary-expression':
        return `(${this.program.slice(elem)})`;
      default:
        return this.program.slice(elem);
    }
  }

  /** An index, fixed at its current value. */
  private kept(elem: ExpressionElem): string {
    const text = this.expression(elem);
    if (this.isSettled(elem, text)) return text;
    const name = this.spill.fresh('value');
    this.before.push(`let ${name} = ${text};`);
    return name;
  }
}
