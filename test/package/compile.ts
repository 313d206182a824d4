/** TypeScript's compilers, from the oldest that the package is for to the newest, as functions. */
import { join } from 'node:path';
import type ts from 'typescript';

/** Names that they are installed under. */
export const COMPILERS = ['typescript-5.5', 'typescript-5.9', 'typescript'] as const;
export type Compiler = (typeof COMPILERS)[number];

export const MODES = {
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  node16: { module: 'node16', moduleResolution: 'node16' },
} as const;
export type Mode = keyof typeof MODES;

/**
 * Stricter than most: what passes here passes with less. TypeScript's own libraries are not
 * checked.
 */
const STRICT = {
  strict: true,
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noEmit: true,
  target: 'es2022',
};

export interface Setup {
  readonly mode: Mode;
  readonly lib: readonly string[];
  readonly types: readonly string[];
}

export type TypeScript = typeof ts;

export async function loadCompiler(name: Compiler): Promise<TypeScript> {
  const module = (await import(name)) as { readonly default: TypeScript };
  return module.default;
}

/** TypeScript's own libraries, which take longest to parse, by path. */
const libraries = new Map<string, ts.SourceFile | undefined>();

function createHost(compiler: TypeScript, options: ts.CompilerOptions): ts.CompilerHost {
  const host = compiler.createCompilerHost(options);
  return {
    ...host,
    getSourceFile: (path, ...more) => {
      if (!/[/\\]lib\.[^/\\]*\.d\.ts$/.test(path)) return host.getSourceFile(path, ...more);
      if (!libraries.has(path)) libraries.set(path, host.getSourceFile(path, ...more));
      return libraries.get(path);
    },
  };
}

/** A program of the files of a folder. */
export function createProgram(
  compiler: TypeScript,
  folder: string,
  files: readonly string[],
  { mode, lib, types }: Setup,
): ts.Program {
  const json = { ...STRICT, ...MODES[mode], lib, types };
  const { options, errors } = compiler.convertCompilerOptionsFromJson(json, folder);
  if (errors.length > 0) throw new Error(describe(compiler, folder, errors));
  const host = { ...createHost(compiler, options), getCurrentDirectory: () => folder };
  return compiler.createProgram({
    rootNames: files.map((file) => join(folder, file)),
    options,
    host,
  });
}

function describe(
  { formatDiagnostics }: TypeScript,
  folder: string,
  diagnostics: readonly ts.Diagnostic[],
): string {
  return formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  });
}

/** What `tsc` would print: empty where nothing is wrong. */
export function compile(
  compiler: TypeScript,
  folder: string,
  files: readonly string[],
  setup: Setup,
): string {
  const program = createProgram(compiler, folder, files, setup);
  return describe(compiler, folder, compiler.getPreEmitDiagnostics(program));
}
