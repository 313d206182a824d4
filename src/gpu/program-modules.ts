/** The modules that a program is linked from, and their file names for errors. */
import { ownerOfConstants, plugInText, plugInTexts } from './plug-in';
import type { ProgramSource } from './program';

/** Files are kebab-case, WESL's module names are identifiers. */
export function moduleName(path: string): string {
  return path.replaceAll('-', '_');
}

/** The path of a module as modules import it, e.g. `package::lib::rng`. */
export function modulePath(path: string): string {
  return `package::${moduleName(path).replaceAll('/', '::')}`;
}

/** The texts for the linker, by the path under which it looks them up. */
export function moduleTexts(source: ProgramSource): Record<string, string> {
  const { library, plugIns = {}, aliases = {} } = source;
  const modules = [
    ...Object.entries(library),
    ...plugInTexts(plugIns),
    ...Object.entries(aliases).map(([name, path]) => [name, library[path]!] as const),
  ];
  return Object.fromEntries(modules.map(([path, text]) => [`${moduleName(path)}.wesl`, text]));
}

export interface SourceModule {
  /** The file to name in errors. */
  readonly file: string;
  /** As its author wrote it; undefined for a generated module. */
  readonly text: string | undefined;
}

/** The module for one of the linker's paths, e.g. `./lib/rng.wesl`. */
export function moduleAt(path: string, source: ProgramSource): SourceModule {
  const stem = path.replace(/^\.\//, '').replace(/\.wesl$/, '');
  const plugIn = source.plugIns?.[stem];
  if (plugIn) return { file: plugIn.file, text: plugInText(plugIn) };
  const owner = ownerOfConstants(source.plugIns ?? {}, stem);
  if (owner) return { file: owner.file, text: undefined };
  const files = Object.keys(source.library);
  const aliased = source.aliases?.[stem] ?? files.find((file) => moduleName(file) === stem);
  const file = aliased ?? stem.replaceAll('_', '-');
  return { file: `shaders/${file}.wesl`, text: source.library[file] };
}
