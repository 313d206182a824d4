/** What the declarations of a package export, and what they name without exporting it. */
import type ts from 'typescript';
import { createProgram, type TypeScript } from './compile';

const SETUP = { mode: 'nodenext', lib: ['es2023'], types: [] } as const;

/** What an import or a re-export stands for. */
function unaliased(compiler: TypeScript, checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & compiler.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The symbols that files of a folder export, by name, without aliases. */
function exportedSymbols(
  compiler: TypeScript,
  folder: string,
  files: readonly string[],
): { checker: ts.TypeChecker; symbols: ReadonlyMap<string, ts.Symbol> } {
  const program = createProgram(compiler, folder, files, SETUP);
  const checker = program.getTypeChecker();
  const symbols = new Map<string, ts.Symbol>();
  for (const path of program.getRootFileNames()) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
    for (const symbol of checker.getExportsOfModule(module)) {
      symbols.set(symbol.name, unaliased(compiler, checker, symbol));
    }
  }
  return { checker, symbols };
}

/** Names of the values that a file exports, sorted. */
export function exportedValues(compiler: TypeScript, folder: string, file: string): string[] {
  const { symbols } = exportedSymbols(compiler, folder, [file]);
  const isValue = ({ flags }: ts.Symbol): boolean => (flags & compiler.SymbolFlags.Value) !== 0;
  return [...symbols].flatMap(([name, symbol]) => (isValue(symbol) ? [name] : [])).sort();
}

/**
 * Types and constants of the folder that exported interfaces, classes, functions and constants name
 * and that no file exports. The definitions of type aliases are not searched.
 */
export function missingExports(
  compiler: TypeScript,
  folder: string,
  files: readonly string[],
): string[] {
  const { checker, symbols } = exportedSymbols(compiler, folder, files);
  const exported = new Set(symbols.values());
  const { SymbolFlags: kinds } = compiler;
  const constants = kinds.BlockScopedVariable;
  const declarable = kinds.Class | kinds.Interface | kinds.TypeAlias | kinds.Function | constants;
  const own = folder.replaceAll('\\', '/');
  const isOwn = ({ flags, declarations = [] }: ts.Symbol): boolean =>
    (flags & declarable) !== 0 &&
    declarations.some((each) => each.getSourceFile().fileName.startsWith(own));
  const missing = new Set<string>();
  const visit = (node: ts.Node): void => {
    const symbol = compiler.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const named = symbol && unaliased(compiler, checker, symbol);
    if (named && isOwn(named) && !exported.has(named)) missing.add(named.name);
    compiler.forEachChild(node, visit);
  };
  for (const symbol of exported) {
    for (const declaration of symbol.declarations ?? []) {
      if (!compiler.isTypeAliasDeclaration(declaration)) visit(declaration);
    }
  }
  return [...missing].sort();
}

/**
 * Members of an interface or class that its users see; the `name` of an error is not worth a
 * comment.
 */
function publicMembers(compiler: TypeScript, { name: owner, members }: ts.Symbol): ts.Symbol[] {
  const { ModifierFlags, SymbolFlags } = compiler;
  return [...(members?.values() ?? [])].filter(({ name, flags, declarations = [] }) => {
    const isPrivate = declarations.some(
      (declaration) => compiler.getCombinedModifierFlags(declaration) & ModifierFlags.Private,
    );
    const isErrorName = name === 'name' && owner.endsWith('Error');
    return flags & SymbolFlags.ClassMember && !isPrivate && !isErrorName;
  });
}

/** Exported names, and members of exported interfaces and classes, without a doc comment. */
export function undocumented(
  compiler: TypeScript,
  folder: string,
  files: readonly string[],
): string[] {
  const { checker, symbols } = exportedSymbols(compiler, folder, files);
  const isBare = (symbol: ts.Symbol): boolean =>
    symbol.getDocumentationComment(checker).length + symbol.getJsDocTags(checker).length === 0;
  return [...symbols].flatMap(([name, symbol]) => {
    const members = publicMembers(compiler, symbol).filter(isBare);
    return [...(isBare(symbol) ? [name] : []), ...members.map((each) => `${name}.${each.name}`)];
  });
}
