/**
 * Links WESL modules into one WGSL program and compiles it; errors name the source file and line.
 */
import {
  type LinkedWesl,
  link,
  type ManglerFn,
  minimallyMangledName,
  stdWgsl,
  withLoggerAsync,
} from 'wesl/core';
import { hideBuiltIns } from './built-ins';
import { compileError, compileText } from './compile-error';
import type { Gpu } from './device';
import { type LinkFailure, linkError } from './link-error';
import { clearLoopVariables } from './loop-variables';
import { madeModules, type PlugIns } from './plug-in';
import { moduleAt, moduleName, moduleTexts } from './program-modules';
import type { SpillOptions } from './spill/program';
import { unrollLoops } from './unroll';

/** A linked program with its source map. */
export type LinkedProgram = LinkedWesl;

/** What a kernel is compiled from, besides the modules of the library. */
export interface KernelSource {
  /** Path of the shader with the entry point, without extension, e.g. `rollout/act`. */
  readonly shader: string;
  /** Texts of further modules by path, the shader's own among them where the library has it not. */
  readonly modules?: Readonly<Record<string, string>>;
  /**
   * Plug-ins by the name that shaders import them under, e.g. `environment`.
   * @internal
   */
  readonly plugIns?: PlugIns;
  /** Aliases of library modules, e.g. `activation` for `kernels/activations/tanh`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Values of the module `constants`. */
  readonly constants?: Readonly<Record<string, number | string>>;
  /** Values for `@if(name)`. */
  readonly conditions?: Readonly<Record<string, boolean>>;
  /**
   * Which large values are spilled to memory.
   * @internal
   */
  readonly spill?: SpillOptions | undefined;
}

export interface ProgramSource extends KernelSource {
  /** All modules by path, e.g. `lib/rng`. */
  readonly library: Readonly<Record<string, string>>;
}

/**
 * A global name that no other module uses and that shadows no WGSL built-in: if a plug-in declares
 * a function `max`, all other modules still call the built-in one.
 */
const mangle: ManglerFn = (_declaration, _module, name, taken) =>
  minimallyMangledName(stdWgsl(name) ? `${name}_` : name, taken as Set<string>);

/**
 * Links a program.
 * @throws ShaderError for syntax errors and missing declarations.
 */
export async function linkProgram(source: ProgramSource): Promise<LinkedWesl> {
  const made = Object.entries(madeModules(source.plugIns ?? {}));
  const parameters = {
    weslSrc: moduleTexts(source),
    rootModuleName: moduleName(source.shader),
    constants: { ...source.constants },
    virtualLibs: Object.fromEntries(made.map(([name, text]) => [name, () => text])),
    conditions: { ...source.conditions },
    mangler: mangle,
  };
  try {
    // The linker also prints what it throws.
    return await withLoggerAsync(
      () => {},
      () => link(parameters),
    );
  } catch (error) {
    throw linkError(error as LinkFailure, source);
  }
}

/** A module and its exact text, by which drivers cache it. */
export interface CompiledProgram {
  readonly module: GPUShaderModule;
  readonly code: string;
}

/** Whether the text at this offset of a linked program comes from a plug-in. */
function isPlugIn({ sourceMap }: LinkedWesl, offset: number, source: ProgramSource): boolean {
  const { plugIns = {} } = source;
  const { path = '' } = sourceMap.destToSrc(offset).src;
  return Object.values(plugIns).some(({ file }) => file === moduleAt(path, source).file);
}

/** Loaded only where it is needed, since it needs a good half of the linker's package. */
async function spill(text: string, options: SpillOptions): Promise<string | undefined> {
  const { spillLargeValues } = await import('./spill/spill');
  return spillLargeValues(text, options);
}

/**
 * Compiles the result of `linkProgram` for `source`.
 * @throws ShaderError with the compiler's first message.
 */
export async function compileProgram(
  gpu: Gpu,
  source: ProgramSource,
  linked: LinkedWesl,
): Promise<CompiledProgram> {
  const text = hideBuiltIns(linked.dest);
  const cleared = source.plugIns
    ? clearLoopVariables(text, (offset) => isPlugIn(linked, offset, source))
    : text;
  const plain = unrollLoops(cleared);
  const spilled = source.spill && (await spill(plain, source.spill));
  if (spilled !== undefined) {
    const { module, code, failure } = await compileText(gpu, source.shader, spilled);
    // If a platform rejects it, the program without spilling is equally correct.
    if (!failure) return { module, code };
  }
  const { module, code, failure } = await compileText(gpu, source.shader, plain);
  if (!failure) return { module, code };
  // The source map belongs to the text before unrolling.
  const linkedText = await compileText(gpu, source.shader, text);
  throw compileError(linkedText.failure ?? failure, linked, source);
}
