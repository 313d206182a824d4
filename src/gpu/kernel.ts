/** Compute kernels: pipelines, their bindings and dispatches. */

import type { ShaderLoader } from '../shader-sources/load';
import { LimitError, type Tensor } from './arena';
import {
  BindGroups,
  type Binding,
  type BindingMode,
  type BoundGroup,
  layoutEntries,
} from './bind-groups';
import type { Gpu } from './device';
import type { PortableKernel } from './precompile';
import type { KernelSource, LinkedProgram, ProgramSource } from './program';
import { ShaderError } from './shader-error';
import {
  describeInterface,
  interfaceOf,
  interfaceProblems,
  isSameInterface,
  type NamedBinding,
  type ShaderInterface,
} from './shader-interface';
import { SCRATCH_BINDING, Scratch } from './spill/scratch';
import { subgroupErrorOf } from './subgroups';
import { UniformPool } from './uniforms';

/** How a kernel accesses a tensor. */
export interface Access {
  /** What is bound. */
  readonly tensor: Tensor;
  /** A tensor that is written may also be read; a uniform one was declared as such. */
  readonly mode: 'read' | 'write' | 'uniform';
}

/** The kernel reads `tensor`. */
export const read = (tensor: Tensor): Access => ({ tensor, mode: 'read' });

/** The kernel writes `tensor` and may also read it. */
export const write = (tensor: Tensor): Access => ({ tensor, mode: 'write' });

/** The kernel reads `tensor`, which is small, as a uniform. */
export const uniform = (tensor: Tensor): Access => ({ tensor, mode: 'uniform' });

/**
 * A binding that a module declares for every kernel that imports it, with a number above those of
 * the kernels' own.
 */
export interface ModuleBinding {
  /** Its number in the shader. */
  readonly binding: number;
  /** Its name in the shader. */
  readonly name: string;
  /** What is bound. */
  readonly access: Access;
}

/** What a dispatch is recorded with. */
export interface DispatchOptions {
  /** The uniform record at binding 0: the members of the shader's struct, in order, all u32. */
  readonly shape: Readonly<Record<string, number>>;
  /**
   * Bindings 1, 2, … in order, by their names in the shader; undefined if this variant of the
   * shader has no binding of that number.
   */
  readonly tensors: Readonly<Record<string, Access | undefined>>;
  /**
   * Bindings that modules declare; a program that does not use one has no binding of that number.
   * @internal
   */
  readonly modules?: readonly ModuleBinding[];
  /** Workgroups along x, y, z. */
  readonly workgroups: readonly [number, number, number];
}

/** A recorded dispatch; encoding it allocates nothing. */
export interface Dispatch {
  /** @internal */
  readonly kernel: Kernel;
  /** @internal */
  readonly bindGroup: BoundGroup['bindGroup'];
  /** @internal */
  readonly offsets?: BoundGroup['offsets'];
  /** Workgroups along x, y, z. */
  readonly workgroups: readonly [number, number, number];
}

/** Milliseconds of a kernel's compilation; exact only if kernels compile one after the other. */
export interface CompileTimes {
  /** Linking of WESL modules into WGSL. */
  readonly link: number;
  /** Creation of the pipeline from WGSL, validation and driver included. */
  readonly create: number;
}

/** Runs a compilation, at once or in turn. */
type Compiling = (compile: () => Promise<void>) => Promise<void>;

/** A layout and, once compiled, its pipeline. */
interface Variant {
  readonly layout: GPUBindGroupLayout;
  pipeline?: GPUComputePipeline;
}

/** The linker is loaded with the first kernel, so that a page can show something before. */
const loadLinker = (): Promise<typeof import('./program')> => import('./program');

export class Kernel {
  /** Set once `ready` has resolved. */
  times: CompileTimes | undefined;
  /** The kernel for other devices; set once `ready` has resolved. */
  portable: PortableKernel | undefined;
  /** The interface of the first dispatch, which all later ones must share. */
  private given: ShaderInterface | undefined;
  private bindings: readonly BindingMode[] = [];
  private spills = false;
  private readonly groups: BindGroups;
  private fixed: Variant | undefined;
  private dynamic: Variant | undefined;
  /** Resolves when the pipelines are compiled; rejects with the compile error. */
  ready: Promise<void> = Promise.resolve();

  constructor(
    private readonly gpu: Gpu,
    private readonly uniforms: UniformPool,
    private readonly scratch: Scratch,
    readonly source: KernelSource,
    private readonly load: ShaderLoader,
    private readonly advice: string,
    private readonly compiling: Compiling,
  ) {
    this.groups = new BindGroups(gpu, source.shader, (dynamic) => this.variant(dynamic).layout);
  }

  get name(): string {
    return this.source.shader;
  }

  /** @throws Error before `ready` has resolved. */
  get pipeline(): GPUComputePipeline {
    return this.compiledFor(this.fixed);
  }

  /**
   * The pipeline for dispatches with dynamic offsets.
   * @throws Error before `ready` has resolved.
   */
  get dynamicPipeline(): GPUComputePipeline {
    return this.compiledFor(this.dynamic);
  }

  /**
   * Records a dispatch. The first one fixes the kernel's bindings and starts its compilation.
   * @throws LimitError if `workgroups` exceeds the device's limit in a dimension.
   */
  dispatch({ shape, tensors, modules = [], workgroups }: DispatchOptions): Dispatch {
    this.checkWorkgroups(workgroups);
    const named = [...numbered(tensors), ...modules.map((each) => ({ ...each, optional: true }))];
    const bindings = this.withScratch(named);
    this.fixBindings({ record: Object.keys(shape), bindings: named.map(usedBinding) }, bindings);
    const record = this.uniforms.slot(Object.values(shape));
    return { kernel: this, ...this.groups.bind(record, bindings), workgroups };
  }

  /** The bindings, with the scratch memory added if the program may spill large values to it. */
  private withScratch(bindings: readonly Binding[]): readonly Binding[] {
    this.spills =
      this.source.spill !== undefined &&
      storageCount(bindings) < this.gpu.device.limits.maxStorageBuffersPerShaderStage;
    if (!this.spills) return bindings;
    return [...bindings, { binding: SCRATCH_BINDING, access: write(this.scratch.tensor) }];
  }

  private compiledFor(variant: Variant | undefined): GPUComputePipeline {
    if (variant?.pipeline) return variant.pipeline;
    throw new Error(`kernel ${this.name} is used before it is compiled`);
  }

  /** @param given the interface of this dispatch, which must equal that of the kernel's others */
  private fixBindings(given: ShaderInterface, bindings: readonly Binding[]): void {
    this.given ??= given;
    if (!isSameInterface(given, this.given)) {
      const [now, before] = [given, this.given].map(describeInterface);
      throw new Error(`kernel ${this.name} is dispatched with ${now} and with ${before}`);
    }
    if (this.fixed) return;
    this.checkBindings(storageCount(bindings));
    this.bindings = bindings.map(({ binding, access: { mode } }) => ({ binding, mode }));
  }

  /** The variant with or without dynamic offsets; the first request starts its compilation. */
  private variant(dynamic: boolean): Variant {
    const name = dynamic ? 'dynamic' : 'fixed';
    const known = this[name];
    if (known) return known;
    const entries = layoutEntries(this.bindings, dynamic);
    const layout = this.gpu.device.createBindGroupLayout({ label: this.name, entries });
    const variant: Variant = { layout };
    this[name] = variant;
    const compiled = this.compiling(() => this.compile(variant, entries));
    this.ready = Promise.all([this.ready, compiled]).then(() => {});
    // The failure is reported by whoever awaits `ready`.
    this.ready.catch(() => {});
    return variant;
  }

  private async compile(variant: Variant, entries: GPUBindGroupLayoutEntry[]): Promise<void> {
    const [linker, program] = await Promise.all([loadLinker(), this.loadProgram()]);
    const begin = performance.now();
    const linked = await linker.linkProgram(program);
    const link = performance.now() - begin;
    this.checkInterface(linked);
    try {
      const { module, code } = await linker.compileProgram(this.gpu, program, linked);
      await this.createPipeline(variant, module);
      if (variant !== this.fixed) return;
      this.portable = { name: this.name, code, entries };
      this.times = { link, create: performance.now() - begin - link };
    } catch (error) {
      throw error instanceof ShaderError ? subgroupErrorOf(error, linked.dest) : error;
    }
  }

  /** The program with all modules that it imports. */
  private async loadProgram(): Promise<ProgramSource> {
    const { shader, aliases = {}, modules } = this.source;
    // Modules from outside the library may import any of it.
    const library = await this.load(modules ? undefined : [shader, ...Object.values(aliases)]);
    const spill = this.spills ? this.source.spill : undefined;
    return { ...this.source, spill, library: { ...library, ...modules } };
  }

  private async createPipeline(variant: Variant, module: GPUShaderModule): Promise<void> {
    try {
      variant.pipeline = await this.gpu.wait(
        this.gpu.device.createComputePipelineAsync({
          label: this.name,
          layout: this.gpu.device.createPipelineLayout({ bindGroupLayouts: [variant.layout] }),
          compute: { module },
        }),
      );
    } catch (error) {
      throw new ShaderError(`shaders/${this.name}.wesl: ${(error as Error).message}`);
    }
  }

  /** @throws Error if the shader and the dispatches disagree on names, order or use. */
  private checkInterface({ dest }: LinkedProgram): void {
    const problems = interfaceProblems(interfaceOf(dest), this.given!);
    if (problems.length > 0) throw new Error(`shaders/${this.name}.wesl: ${problems.join('; ')}`);
  }

  private checkBindings(count: number): void {
    const allowed = this.gpu.device.limits.maxStorageBuffersPerShaderStage;
    if (count > allowed) {
      throw new Error(
        `kernel ${this.name} has ${count} storage bindings; at most ${allowed} are allowed`,
      );
    }
  }

  private checkWorkgroups(workgroups: readonly number[]): void {
    const limit = this.gpu.device.limits.maxComputeWorkgroupsPerDimension;
    if (workgroups.some((count) => count > limit)) {
      throw new LimitError(
        `kernel ${this.name} needs ${workgroups.join(' × ')} workgroups, but the device allows ` +
          `${limit} in one dimension: ${this.advice}`,
      );
    }
  }
}

interface GivenBinding extends Binding {
  readonly name: string;
  readonly optional?: boolean;
}

const storageCount = (bindings: readonly Binding[]): number =>
  bindings.filter(({ access: { mode } }) => mode !== 'uniform').length;

/**
 * Numbers the bindings in the order of their names, from 1 on; a name without a tensor has none.
 */
function numbered(tensors: DispatchOptions['tensors']): GivenBinding[] {
  return Object.entries(tensors).flatMap(([name, access], index) =>
    access ? [{ binding: index + 1, name, access }] : [],
  );
}

const usedBinding = ({ binding, name, access, optional }: GivenBinding): NamedBinding => ({
  ...{ binding, name, use: access.mode },
  ...(optional && { optional }),
});

export interface KernelLibraryOptions {
  /** Compile kernels one after the other, to time them, instead of all at once; default false. */
  readonly inTurn?: boolean;
  /** Advice that ends the error about a dispatch that is too large for the device. */
  readonly advice?: string;
}

/** The kernels of a device, each program compiled once. */
export class KernelLibrary {
  private readonly kernels = new Map<string, Kernel>();
  /** All compilations started so far. */
  private readonly compilations: Promise<void>[] = [];
  private readonly uniforms: UniformPool;
  private readonly scratch: Scratch;
  private latest: Promise<void> = Promise.resolve();

  /** @param load loads the shader modules that programs import */
  constructor(
    private readonly gpu: Gpu,
    private readonly load: ShaderLoader,
    private readonly options: KernelLibraryOptions = {},
  ) {
    this.uniforms = new UniformPool(gpu);
    this.scratch = new Scratch(gpu);
  }

  /** The kernel of a program; the same object for the same program. */
  kernel(source: KernelSource): Kernel {
    const key = JSON.stringify(source);
    const known = this.kernels.get(key);
    if (known) return known;
    const { gpu, uniforms, scratch, load } = this;
    const { advice = 'use smaller tensors' } = this.options;
    const compiling: Compiling = (compile) => {
      const compilation = this.options.inTurn ? this.compileNext(compile) : compile();
      this.compilations.push(compilation);
      return compilation;
    };
    const kernel = new Kernel(gpu, uniforms, scratch, source, load, advice, compiling);
    this.kernels.set(key, kernel);
    return kernel;
  }

  /**
   * Waits until every kernel dispatched so far is compiled.
   * @throws GpuError if the device has failed, else the ShaderError of the first kernel that does
   * not compile; in both cases only after all other compilations have ended.
   */
  async compiled(): Promise<void> {
    await this.settled();
    this.gpu.check();
    await Promise.all(this.compilations);
  }

  /**
   * Waits until no compilation is running. A process that exits earlier may crash, because the
   * driver's threads outlive its memory.
   */
  async settled(): Promise<void> {
    await Promise.allSettled(this.compilations);
  }

  destroy(): void {
    this.uniforms.destroy();
    this.scratch.destroy();
  }

  private compileNext(compile: () => Promise<void>): Promise<void> {
    const compiled = this.latest.then(compile);
    // Failures reach whoever awaits this kernel; they do not block the others.
    this.latest = compiled.catch(() => {});
    return compiled;
  }
}
