/** Finds variables whose zero value is never read, so that it need not be written. */
import {
  type AbstractElem,
  childElems,
  type DeclIdent,
  type ExpressionElem,
  type ForElem,
  type Statement,
  type Type,
} from 'wesl/core';
import type { Program } from './program';

const JUMPS: ReadonlySet<string> = new Set(['break', 'continue', 'return']);

function isNamed(elem: ExpressionElem | undefined, name: DeclIdent, program: Program): boolean {
  return elem?.kind === 'ref' && program.declarationOf(elem.ident) === name;
}

function countNames(elem: AbstractElem, name: DeclIdent, program: Program): number {
  const own = elem.kind === 'ref' && program.declarationOf(elem.ident) === name ? 1 : 0;
  return childElems(elem).reduce((sum, each) => sum + countNames(each, name, program), own);
}

function jumps(elem: AbstractElem): boolean {
  return JUMPS.has(elem.kind) || childElems(elem).some(jumps);
}

/** Whether anything changes a variable, or could do so through a pointer to it. */
function assigns(elem: AbstractElem, name: DeclIdent, program: Program): boolean {
  if (elem.kind === 'assign' && elem.lhs.kind !== 'phony' && isNamed(elem.lhs, name, program))
    return true;
  if (elem.kind === 'increment' || elem.kind === 'decrement') {
    if (isNamed(elem.target, name, program)) return true;
  }
  if (elem.kind === 'unary-expression' && elem.operator.value === '&') {
    if (isNamed(elem.expression, name, program)) return true;
  }
  return childElems(elem).some((each) => assigns(each, name, program));
}

/** The variable of a loop `for (var i = 0u; i < count; i++)`, or undefined. */
function counterOf(loop: ForElem, count: number, program: Program): DeclIdent | undefined {
  const { init, condition, update } = loop;
  if (init?.kind !== 'var' || init.init?.kind !== 'literal') return undefined;
  if (Number.parseInt(init.init.value, 10) !== 0) return undefined;
  const counter = init.name.decl.ident;
  if (update?.kind !== 'increment' || !isNamed(update.target, counter, program)) return undefined;
  if (condition?.kind !== 'binary-expression' || condition.operator.value !== '<') return undefined;
  if (!isNamed(condition.left, counter, program)) return undefined;
  return program.valueOf(condition.right) === count ? counter : undefined;
}

/**
 * Whether a statement writes every element of an array before any is read: a loop over all elements
 * that contains `name[i] = …` once and no other use of the name.
 */
export function overwrites(
  statement: Statement | undefined,
  name: DeclIdent,
  type: Type,
  program: Program,
): boolean {
  if (statement?.kind !== 'for' || type.kind !== 'array' || type.count === undefined) return false;
  const counter = counterOf(statement, type.count, program);
  if (!counter || jumps(statement.body) || countNames(statement, name, program) !== 1) return false;
  if (assigns(statement.body, counter, program)) return false;
  return statement.body.body.some(
    (each) =>
      each.kind === 'assign' &&
      each.op.value === '=' &&
      each.lhs.kind === 'component-expression' &&
      isNamed(each.lhs.base, name, program) &&
      isNamed(each.lhs.access, counter, program),
  );
}
