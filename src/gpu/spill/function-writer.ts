/** Writes a function with spilled values. */
import {
  type AbstractElem,
  type AssignElem,
  type BlockElem,
  childElems,
  type DeclIdent,
  type ExpressionElem,
  type FnElem,
  type ForElem,
  type IfElem,
  type LetElem,
  type LoopElem,
  type ReturnElem,
  type Statement,
  type SwitchElem,
  type VarElem,
  type WhileElem,
} from 'wesl/core';
import { CallWriter } from './call-writer';
import { overwrites } from './overwritten';
import {
  clearStatements,
  copyStatements,
  hasBool,
  ownMemory,
  type Place,
  typeText,
} from './places';
import type { Bindings, Spill } from './spill';

function returnsOf(elem: AbstractElem): ReturnElem[] {
  return elem.kind === 'return' ? [elem] : childElems(elem).flatMap(returnsOf);
}

export class FunctionWriter extends CallWriter {
  /** @param result place of a large result */
  constructor(
    spill: Spill,
    private readonly fn: FnElem,
    bindings: Bindings,
    private readonly result: Place | undefined,
  ) {
    super(spill, bindings);
    const returned = result && this.returnedVariable();
    if (returned) this.bindings.set(returned, { place: result, pointer: false });
  }

  text(name: string): string {
    const { params, returnType, body } = this.fn;
    const kept = params.filter(({ name: { decl } }) => !this.bindings.has(decl.ident));
    const list = kept.map((each) => this.program.slice(each.name)).join(', ');
    const returns = returnType && !this.result ? ` -> ${this.program.slice(returnType)}` : '';
    return `fn ${name}(${list})${returns} ${this.block(body)}`;
  }

  /**
   * The variable that every `return` names, if there is one, declared at the function's top level.
   */
  private returnedVariable(): DeclIdent | undefined {
    const named = returnsOf(this.fn.body).map(({ value }) =>
      value?.kind === 'ref' ? this.program.declarationOf(value.ident) : undefined,
    );
    const [declaration] = named;
    if (!declaration || named.some((each) => each !== declaration)) return undefined;
    const isOuter = this.fn.body.body.some(
      (each) => each.kind === 'var' && each.name.decl.ident === declaration,
    );
    return isOuter ? declaration : undefined;
  }

  private block({ body }: BlockElem): string {
    return `{\n${this.statements(body)}\n}`;
  }

  private statements(list: readonly Statement[]): string {
    return list.map((each, index) => this.statement(each, list[index + 1])).join('\n');
  }

  /** A statement, preceded by those that must run before it. */
  private statement(elem: Statement, next?: Statement): string {
    const [text, needed] = this.aside(() => this.plainStatement(elem, next));
    return [...needed, text].join('\n');
  }

  private plainStatement(elem: Statement, next?: Statement): string {
    switch (elem.kind) {
      case 'block':
        return this.block(elem);
      case 'if':
        return this.if(elem);
      case 'for':
        return this.for(elem);
      case 'while':
        return this.while(elem);
      case 'loop':
        return this.loop(elem);
      case 'switch':
        return this.switch(elem);
      case 'var':
      case 'let':
        return this.declare(elem, next);
      case 'return':
        return this.return(elem);
      case 'assign':
        return `${this.assignment(elem)};`;
      case 'increment':
      case 'decrement':
        return `${this.reference(elem.target)}${elem.kind === 'increment' ? '++' : '--'};`;
      case 'call':
        return `${this.call(elem.call)};`;
      default:
        return `${this.program.slice(elem).replace(/;\s*$/, '')};`;
    }
  }

  private if({ condition, body, else: otherwise }: IfElem): string {
    const head = `if (${this.expression(condition)}) ${this.block(body)}`;
    if (!otherwise) return head;
    if (otherwise.kind === 'block') return `${head} else ${this.block(otherwise)}`;
    return `${head} else {\n${this.statement(otherwise)}\n}`;
  }

  private while({ condition, body }: WhileElem): string {
    const [test, needed] = this.aside(() => this.expression(condition));
    const exit = [...needed, `if (!(${test})) { break; }`].join('\n');
    return `loop {\n${exit}\n${this.statements(body.body)}\n}`;
  }

  private for({ init, condition, update, body }: ForElem): string {
    const begin = init ? this.plainStatement(init) : ';';
    const [test, tested] = this.aside(() => (condition ? this.expression(condition) : 'true'));
    const [step, stepped] = this.aside(() => (update ? this.plainStatement(update) : ''));
    if (tested.length + stepped.length === 0) {
      return `for (${begin} ${test}; ${step.replace(/;$/, '')}) ${this.block(body)}`;
    }
    const exit = `if (!(${test})) { break; }`;
    const next = `continuing {\n${[...stepped, step].join('\n')}\n}`;
    const turn = [...tested, exit, this.statements(body.body), next].join('\n');
    return `{\n${begin}\nloop {\n${turn}\n}\n}`;
  }

  private loop({ body, continuing }: LoopElem): string {
    const turn = [this.statements(body.body)];
    if (continuing) {
      const { breakIf } = continuing;
      const [test, needed] = this.aside(() => breakIf && this.expression(breakIf));
      const end = test === undefined ? [] : [...needed, `break if ${test};`];
      const statements = [this.statements(continuing.body.body), ...end];
      turn.push(`continuing {\n${statements.join('\n')}\n}`);
    }
    return `loop {\n${turn.join('\n')}\n}`;
  }

  private switch({ selector, clauses }: SwitchElem): string {
    const chosen = this.expression(selector);
    const cases = clauses.map(({ selectors, body }) => {
      const names = selectors.map((each) => (each === 'default' ? each : this.program.slice(each)));
      return `case ${names.join(', ')}: ${this.block(body)}`;
    });
    return `switch (${chosen}) {\n${cases.join('\n')}\n}`;
  }

  private declare(elem: VarElem | LetElem, next: Statement | undefined): string {
    const declaration = elem.name.decl.ident;
    const type = this.program.typeOfDeclaration(declaration);
    const place = type.kind === 'ptr' && elem.init ? this.pointee(elem.init) : undefined;
    if (place) {
      this.bindings.set(declaration, { place, pointer: true });
      return '';
    }
    if (this.program.isLarge(type)) {
      this.declareLarge(elem, next);
      return '';
    }
    const value = elem.init ? ` = ${this.expression(elem.init)}` : '';
    return `${elem.kind} ${this.program.slice(elem.name)}${value};`;
  }

  private declareLarge(elem: VarElem | LetElem, next: Statement | undefined): void {
    const declaration = elem.name.decl.ident;
    const type = this.program.typeOfDeclaration(declaration);
    const place = this.bindings.get(declaration)?.place ?? this.spill.slot(type);
    this.bindings.set(declaration, { place, pointer: false });
    if (elem.init) this.assign(place, elem.init);
    else if (!overwrites(next, declaration, type, this.program)) {
      this.before.push(...clearStatements(this.spill, place));
    }
  }

  private return({ value }: ReturnElem): string {
    if (!value) return 'return;';
    if (!this.result) return `return ${this.expression(value)};`;
    this.assign(this.result, value);
    return 'return;';
  }

  private assignment({ lhs, op, rhs }: AssignElem): string {
    if (lhs.kind === 'phony') return this.discard(rhs);
    const type = this.program.typeOf(lhs);
    if (this.program.isLarge(type)) {
      this.assign(this.placeOf(lhs, true)!, rhs);
      return '';
    }
    const [value, needed] = this.aside(() => this.expression(rhs));
    const place = this.placeOf(lhs, needed.length > 0);
    const target = place?.slot === undefined ? ownMemory(this.reference(lhs), type) : place;
    const operator = op.value.slice(0, -1);
    const converts = target.stored && hasBool(type);
    if (needed.length === 0 && !converts) return `${target.text} ${op.value} ${value}`;
    const old = operator === '' ? '' : this.copied(target);
    this.before.push(...needed);
    return this.store(target, operator === '' ? value : `${old} ${operator} (${value})`);
  }

  /** The name of a new variable with a place's current value. */
  private copied(place: Place): string {
    const { type } = place;
    const name = this.spill.fresh('old');
    this.before.push(`var ${name}: ${typeText(type, false, this.spill)};`);
    this.before.push(...copyStatements(this.spill, ownMemory(name, type), place));
    return name;
  }

  private store(target: Place, value: string): string {
    if (!target.stored) return `${target.text} = ${value}`;
    const { type } = target;
    const name = this.spill.fresh('value');
    this.before.push(`let ${name}: ${typeText(type, false, this.spill)} = ${value};`);
    this.before.push(...copyStatements(this.spill, target, ownMemory(name, type)));
    return '';
  }

  private discard(rhs: ExpressionElem): string {
    if (!this.program.isLarge(this.program.typeOf(rhs))) return `_ = ${this.expression(rhs)}`;
    this.placeOf(rhs);
    return '';
  }

  /** The left-hand side of an assignment. */
  private reference(elem: ExpressionElem): string {
    const place = this.placeOf(elem);
    if (place) return place.text;
    switch (elem.kind) {
      case 'component-member-expression':
        return `${this.reference(elem.base)}.${elem.access.name}`;
      case 'component-expression':
        return `${this.reference(elem.base)}[${this.expression(elem.access)}]`;
      case 'parenthesized-expression':
        return `(${this.reference(elem.expression)})`;
      default:
        return this.program.slice(elem);
    }
  }
}
