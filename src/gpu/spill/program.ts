/** A linked WGSL program: its declarations, the types of its expressions, and which are large. */
import {
  type AbstractElem,
  bindIdents,
  childElems,
  concretize,
  type DeclIdent,
  type ExpressionElem,
  evalConstExpr,
  type FnElem,
  type FunctionCallExpression,
  type LinkBindings,
  type ModuleElem,
  parseSrcModule,
  type RefIdent,
  refDecl,
  resolveTypeRef,
  type Type,
  typeOfDecl,
  typeOfExpr,
  typeToString,
} from 'wesl/core';

/**
 * Which arrays of a program are large, by their size in 32-bit words. A struct that contains a
 * large array is large, too.
 */
export interface SpillOptions {
  /** Smallest size of a large array. */
  readonly minWords: number;
  /**
   * Smallest size of structs that are in storage memory anyway, by name. If such a struct has at
   * least this size, its arrays of at least half this size are large.
   */
  readonly stored?: Readonly<Record<string, number>>;
}

/** A program uses something that cannot be spilled; it is left as it is. */
export class Unspillable extends Error {
  override readonly name = 'Unspillable';
}

/** Size of a type in 32-bit words; 0 if it is only known at run time. */
export function wordsOf(type: Type): number {
  switch (type.kind) {
    case 'scalar':
      return 1;
    case 'vector':
      return type.size;
    case 'matrix':
      return type.cols * type.rows;
    case 'array':
      return (type.count ?? 0) * wordsOf(type.elem);
    case 'struct':
      return type.members.reduce((sum, member) => sum + wordsOf(member.type), 0);
    default:
      return 0;
  }
}

const EXPRESSIONS: ReadonlySet<string> = new Set<ExpressionElem['kind']>([
  'literal',
  'ref',
  'type',
  'parenthesized-expression',
  'component-expression',
  'component-member-expression',
  'unary-expression',
  'binary-expression',
  'call-expression',
]);

export function isExpression(elem: AbstractElem): elem is ExpressionElem & AbstractElem {
  return EXPRESSIONS.has(elem.kind);
}

export class Program {
  readonly module: ModuleElem;
  private readonly bindings: LinkBindings;
  private readonly touching = new Map<FnElem, boolean>();
  /** Types of arrays that are large because of the struct that contains them. */
  private readonly stored = new Set<string>();

  /** @throws a parser error for a text that is not WGSL */
  constructor(
    private readonly text: string,
    private readonly options: SpillOptions,
  ) {
    const source = { modulePath: 'package::main', debugFilePath: 'main', src: text };
    const rootAst = parseSrcModule(source);
    this.module = rootAst.moduleElem;
    this.bindings = bindIdents({ rootAst, resolver: { resolveModule: () => undefined } }).bindings;
    for (const elem of this.module.decls) {
      if (elem.kind === 'struct') this.addStored(elem.name.ident);
    }
  }

  slice({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.text.slice(start, end);
  }

  includes(name: string): boolean {
    return this.text.includes(name);
  }

  typeOf(expression: ExpressionElem): Type {
    return concretize(typeOfExpr(expression, this.context));
  }

  typeOfDeclaration(declaration: DeclIdent): Type {
    return typeOfDecl(declaration, this.context);
  }

  /** The value of a constant numeric expression; undefined for others. */
  valueOf(expression: ExpressionElem): number | undefined {
    const value = evalConstExpr(expression, this.context);
    return value?.kind === 'scalar' ? Number(value.value) : undefined;
  }

  returnType({ returnType }: FnElem): Type | undefined {
    return returnType && resolveTypeRef(returnType, this.context);
  }

  /** The declaration of a name; undefined for names that WGSL predeclares. */
  declarationOf(name: RefIdent): DeclIdent | undefined {
    return refDecl(name, this.bindings);
  }

  /** The program's function that is called; undefined for built-in functions and constructors. */
  calleeOf({ function: callee }: FunctionCallExpression): FnElem | undefined {
    const name = callee.kind === 'type' ? callee.name : callee.ident;
    const declared = this.declarationOf(name)?.declElem;
    return declared?.kind === 'fn' ? declared : undefined;
  }

  isLarge(type: Type): boolean {
    if (type.kind === 'array') {
      return wordsOf(type) >= this.options.minWords || this.stored.has(typeToString(type));
    }
    return type.kind === 'struct' && type.members.some((member) => this.isLarge(member.type));
  }

  /** Whether a function, or one that it calls, contains a large value. */
  touchesLarge(fn: FnElem): boolean {
    const known = this.touching.get(fn);
    if (known !== undefined) return known;
    // WGSL forbids recursion; in an invalid program this ends the search.
    this.touching.set(fn, false);
    const touches = this.concernsLarge(this.returnType(fn)) || this.holdsLarge(fn);
    this.touching.set(fn, touches);
    return touches;
  }

  private get context() {
    return { bindings: this.bindings };
  }

  private holdsLarge(elem: AbstractElem): boolean {
    if (isExpression(elem) && this.concernsLarge(this.typeOf(elem))) return true;
    if (elem.kind === 'call-expression') {
      const callee = this.calleeOf(elem);
      if (callee && this.touchesLarge(callee)) return true;
    }
    const declared = elem.kind === 'typeDecl' && this.typeOfDeclaration(elem.decl.ident);
    if (declared && this.concernsLarge(declared)) return true;
    return childElems(elem).some((child) => this.holdsLarge(child));
  }

  private concernsLarge(type: Type | undefined): boolean {
    if (type?.kind === 'ptr') return this.isLarge(type.elem);
    return type !== undefined && this.isLarge(type);
  }

  private addStored(struct: DeclIdent): void {
    const minWords = this.options.stored?.[struct.originalName];
    const whole = this.typeOfDeclaration(struct);
    if (minWords === undefined || wordsOf(whole) < minWords) return;
    const add = (type: Type): void => {
      if (type.kind === 'struct') for (const member of type.members) add(member.type);
      if (type.kind !== 'array') return;
      if (2 * wordsOf(type) >= minWords) this.stored.add(typeToString(type));
      add(type.elem);
    };
    add(whole);
  }
}
