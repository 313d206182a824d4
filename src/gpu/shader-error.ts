/** What the linker refuses, told at the place of the author's own file. */
import { nearestNames } from '../config/nearest-names';
import { ownerOfConstants, withoutAliases } from './plug-in';
import type { ProgramSource } from './program';
import { moduleAt, modulePath, moduleTexts } from './program-modules';
import { type Place, showPlace } from './source-place';
import { declaredNames, findImports, type Import } from './wesl-imports';

/** A shader that does not link or compile: `file:line:column: message`, the line and a caret. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
}

/** The fields that wesl's errors carry, all optional. */
export interface LinkFailure {
  readonly message: string;
  readonly span?: readonly [number, number];
  readonly src?: { readonly debugFilePath?: string; readonly src?: string };
  readonly weslLocation?: { readonly file: string; readonly offset: number };
}

/** Where the linker stopped; undefined where it does not say. */
function placeOf(failure: LinkFailure, source: ProgramSource): Place | undefined {
  const { span, src, weslLocation } = failure;
  const path = span ? src?.debugFilePath : weslLocation?.file;
  if (path === undefined) return undefined;
  const { file, text } = moduleAt(path, source);
  return { file, text: text ?? src?.src ?? '', offset: span?.[0] ?? weslLocation?.offset ?? 0 };
}

/** Modules that others import functions and types from; kernels and plug-ins are not among them. */
function sharedModules({ library }: ProgramSource): string[] {
  return Object.keys(library).filter((path) => /^lib\/[^/]+$|\/interface$/.test(path));
}

/** "; import random from package::lib::rng" where a shared module declares the name, else ''. */
function importHint(name: string, source: ProgramSource): string {
  const declares = (path: string): boolean => declaredNames(source.library[path]!).includes(name);
  const found = sharedModules(source).find(declares);
  return found === undefined ? '' : `; import ${name} from ${modulePath(found)}`;
}

/** `package::lib::rgn` for the path `package`, `lib`, `rgn`, `random`. */
const moduleWords = (path: readonly string[]): string => path.slice(0, -1).join('::');

function missingModule(path: readonly string[], source: ProgramSource): string {
  const known = sharedModules(source).map(modulePath);
  const nearest = nearestNames(moduleWords(path), known, 1).map(
    (each) => `; the nearest is ${each}`,
  );
  const hint = importHint(path.at(-1)!, source) || nearest.join();
  return withoutAliases(`there is no module ${moduleWords(path)}`) + hint;
}

/** What a plug-in's constants lack. */
function missingConstant(name: string, alias: string, source: ProgramSource): string {
  const { constants = {}, constantsName } = ownerOfConstants(source.plugIns ?? {}, alias)!;
  const names = Object.keys(constants);
  const held = names.length > 0 ? `(${names.join(', ')})` : '(there are none)';
  const hint = importHint(name, source);
  return `${name} is not among ${constantsName ?? 'the constants of this module'} ${held}${hint}`;
}

function missingName(path: readonly string[], source: ProgramSource): string {
  const name = path.at(-1)!;
  const module = path.slice(0, -1);
  if (ownerOfConstants(source.plugIns ?? {}, module.join('::'))) {
    return missingConstant(name, module[0]!, source);
  }
  const text = moduleTexts(source)[`${module.slice(1).join('/')}.wesl`] ?? '';
  const nearest = nearestNames(name, declaredNames(text), 1).join();
  const hint = importHint(name, source) || (nearest && `; the nearest is ${nearest}`);
  return `module ${moduleWords(path)} has no ${name}${hint}`;
}

/** The name that stands at a place. */
function nameAt({ text, offset }: Place): string {
  return /^[\p{XID_Continue}]*/u.exec(text.slice(offset))![0];
}

/** Where the name was imported; where it is used, if its whole path stands there. */
function placeOfImport(place: Place, isModule: boolean): Place {
  const local = nameAt(place);
  const found = findImports(place.text).find((each: Import) => each.local === local);
  const token = isModule ? (found?.path.at(-2) ?? found?.path[0]) : found?.path.at(-1);
  return token === undefined ? place : { ...place, offset: token.offset };
}

const IN_PARENTHESES = ' (if < and > compare numbers here, put each comparison in parentheses)';

/** Why an argument list may not have ended where it should: `a < b, c > d` is read as a template list. */
function templateHint(words: string, { text, offset }: Place): string {
  const statement = /[^;{}]*$/.exec(text.slice(0, offset))![0];
  const isRead = /^Expected ',' or '\)'/.test(words) && /\w\s*<[^;]*>/.test(statement);
  return isRead ? IN_PARENTHESES : '';
}

/** What the linker said, in words that help, at the place where it can be mended. */
function explain(words: string, place: Place, source: ProgramSource): string {
  const module = /^module not found for '([^']+)'/.exec(words)?.[1];
  if (module !== undefined) {
    return showPlace(placeOfImport(place, true), missingModule(module.split('::'), source));
  }
  const missing = /^no exported '([^']+)' in module '([^']+)'/.exec(words);
  if (missing) {
    const path = [...missing[2]!.split('::'), missing[1]!];
    return showPlace(placeOfImport(place, false), missingName(path, source));
  }
  if (words.startsWith('Expected a declaration') && nameAt(place) === 'import') {
    return showPlace(place, 'an import must come before all declarations');
  }
  const unresolved = /^unresolved identifier '([^']+)'/.exec(words)?.[1];
  const hint = unresolved ? importHint(unresolved, source) : templateHint(words, place);
  return showPlace(place, `${withoutAliases(words)}${hint}`);
}

/** The error of a program that does not link. */
export function linkError(failure: LinkFailure, source: ProgramSource): ShaderError {
  const words = failure.message
    .split('\n')[0]!
    .replace(/^.*? error: /, '')
    .replace(/ in file: \S+$/, '');
  const place = placeOf(failure, source);
  return new ShaderError(place ? explain(words, place, source) : withoutAliases(words));
}
