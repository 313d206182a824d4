/** Turns the linker's failures into errors at positions in the author's own files. */
import { nearestNames } from '../config/nearest-names';
import { madeModules, ownerOfConstants, withoutAliases } from './plug-in';
import type { ProgramSource } from './program';
import { moduleAt, modulePath, moduleTexts } from './program-modules';
import { ShaderError, shaderErrorAt } from './shader-error';
import type { SourceLocation } from './source-location';
import { declaredNames, findImports, type Import } from './wesl-imports';

/** The fields of wesl's errors. */
export interface LinkFailure {
  readonly message: string;
  readonly span?: readonly [number, number];
  readonly src?: { readonly debugFilePath?: string; readonly src?: string };
  readonly weslLocation?: { readonly file: string; readonly offset: number };
}

/** Where the linker stopped; undefined if it does not say. */
function locationOf(failure: LinkFailure, source: ProgramSource): SourceLocation | undefined {
  const { span, src, weslLocation } = failure;
  const path = span ? src?.debugFilePath : weslLocation?.file;
  if (path === undefined) return undefined;
  const { file, text } = moduleAt(path, source);
  return { file, text: text ?? src?.src ?? '', offset: span?.[0] ?? weslLocation?.offset ?? 0 };
}

/** Modules from which others import functions and types; neither kernels nor plug-ins. */
function sharedModules({ library }: ProgramSource): string[] {
  return Object.keys(library).filter((path) => /^lib\/[^/]+$|\/interface$/.test(path));
}

/** The module made from the data tables of a description. */
const TABLES = 'tables';

/** "; import random from package::lib::rng" if a shared module declares the name, else ''. */
function importHint(name: string, source: ProgramSource): string {
  const declares = (path: string): boolean => declaredNames(source.library[path]!).includes(name);
  const found = sharedModules(source).find(declares);
  if (found !== undefined) return `; import ${name} from ${modulePath(found)}`;
  const tables = madeModules(source.plugIns ?? {})[TABLES];
  const isTable = tables !== undefined && declaredNames(tables).includes(name);
  return isTable ? `; import ${name} from ${TABLES}` : '';
}

/** `package::lib::rgn` for the path `package`, `lib`, `rgn`, `random`. */
const moduleOf = (path: readonly string[]): string => path.slice(0, -1).join('::');

function missingModule(path: readonly string[], source: ProgramSource): string {
  if (path[0] === TABLES) return 'there is no module tables: the description has no `tables`';
  const known = sharedModules(source).map(modulePath);
  const nearest = nearestNames(moduleOf(path), known, 1).map((each) => `; the nearest is ${each}`);
  const hint = importHint(path.at(-1)!, source) || nearest.join();
  return withoutAliases(`there is no module ${moduleOf(path)}`) + hint;
}

/** The message for a name that a plug-in's constants lack. */
function missingConstant(name: string, alias: string, source: ProgramSource): string {
  const owner = ownerOfConstants(source.plugIns ?? {}, alias)!;
  const { constants = {}, variables = [], constantsName } = owner;
  const names = [...Object.keys(constants), ...variables];
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
  const made = madeModules(source.plugIns ?? {})[module.join('::')];
  const text = made ?? moduleTexts(source)[`${module.slice(1).join('/')}.wesl`] ?? '';
  const nearest = nearestNames(name, declaredNames(text), 1).join();
  const hint = importHint(name, source) || (nearest && `; the nearest is ${nearest}`);
  return `module ${moduleOf(path)} has no ${name}${hint}`;
}

/** The name at a location. */
function nameAt({ text, offset }: SourceLocation): string {
  return /^[\p{XID_Continue}]*/u.exec(text.slice(offset))![0];
}

/** The location of the name's import, or of its use if the whole path is written there. */
function locationOfImport(location: SourceLocation, isModule: boolean): SourceLocation {
  const local = nameAt(location);
  const found = findImports(location.text).find((each: Import) => each.local === local);
  const token = isModule ? (found?.path.at(-2) ?? found?.path[0]) : found?.path.at(-1);
  return token === undefined ? location : { ...location, offset: token.offset };
}

const IN_PARENTHESES = ' (if < and > compare numbers here, put each comparison in parentheses)';

/** A hint for argument lists with comparisons: `a < b, c > d` is parsed as a template list. */
function templateHint(words: string, { text, offset }: SourceLocation): string {
  const statement = /[^;{}]*$/.exec(text.slice(0, offset))![0];
  const isRead = /^Expected ',' or '\)'/.test(words) && /\w\s*<[^;]*>/.test(statement);
  return isRead ? IN_PARENTHESES : '';
}

/** The linker's message in helpful words, at the location where it can be fixed. */
function explain(words: string, location: SourceLocation, source: ProgramSource): ShaderError {
  const module = /^module not found for '([^']+)'/.exec(words)?.[1];
  if (module !== undefined) {
    return shaderErrorAt(
      locationOfImport(location, true),
      missingModule(module.split('::'), source),
    );
  }
  const missing = /^no exported '([^']+)' in module '([^']+)'/.exec(words);
  if (missing) {
    const path = [...missing[2]!.split('::'), missing[1]!];
    return shaderErrorAt(locationOfImport(location, false), missingName(path, source));
  }
  if (words.startsWith('Expected a declaration') && nameAt(location) === 'import') {
    return shaderErrorAt(location, 'an import must come before all declarations');
  }
  const unresolved = /^unresolved identifier '([^']+)'/.exec(words)?.[1];
  const hint = unresolved ? importHint(unresolved, source) : templateHint(words, location);
  return shaderErrorAt(location, `${withoutAliases(words)}${hint}`);
}

/** The error of a program that does not link. */
export function linkError(failure: LinkFailure, source: ProgramSource): ShaderError {
  const words = failure.message
    .split('\n')[0]!
    .replace(/^.*? error: /, '')
    .replace(/ in file: \S+$/, '');
  const location = locationOf(failure, source);
  return location ? explain(words, location, source) : new ShaderError(withoutAliases(words));
}
