/** A compute pipeline and what it is dispatched on. */
import type { PortableKernel } from './ahead';
import { LimitError, type Tensor } from './arena';
import {
  BindGroups,
  type Binding,
  type BindingMode,
  type BoundGroup,
  layoutEntries,
} from './bind-groups';
import type { Gpu } from './device';
import {
  compileProgram,
  type LinkedProgram,
  linkProgram,
  type ProgramSource,
  ShaderError,
} from './program';
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

/** What a kernel does with a tensor. */
export interface Access {
  readonly tensor: Tensor;
  readonly mode: 'read' | 'write';
}

/** The kernel only reads `tensor`. */
export const read = (tensor: Tensor): Access => ({ tensor, mode: 'read' });

/** The kernel writes `tensor`, and may read it. */
export const write = (tensor: Tensor): Access => ({ tensor, mode: 'write' });

export interface DispatchOptions {
  /** The uniform record at binding 0: the members of the shader's struct in their order, all of them u32. */
  readonly shape: Readonly<Record<string, number>>;
  /**
   * Bindings 1, 2, … in order, by the names that they have in the shader; undefined where a variant of the shader has
   * none at that number.
   */
  readonly tensors: Readonly<Record<string, Access | undefined>>;
  /** Workgroups along x, y, z. */
  readonly workgroups: readonly [number, number, number];
}

/** One recorded dispatch: a few lookups and a call, nothing to allocate. */
export interface Dispatch extends BoundGroup {
  readonly kernel: Kernel;
  readonly workgroups: readonly [number, number, number];
}

/** Milliseconds of a kernel's compilation; of its own only where kernels compile in turn. */
export interface CompileTimes {
  /** From WESL modules to a WGSL text. */
  readonly link: number;
  /** From the text to a pipeline: the platform's checks and the driver's part. */
  readonly create: number;
}

/** Says when compilations run. */
type Compiling = (compile: () => Promise<void>) => Promise<void>;

/** A layout and the pipeline for it, once it is compiled. */
interface Variant {
  readonly layout: GPUBindGroupLayout;
  pipeline?: GPUComputePipeline;
}

export class Kernel {
  /** Known once `ready` has resolved. */
  times: CompileTimes | undefined;
  /** For other devices; known once `ready` has resolved. */
  portable: PortableKernel | undefined;
  /** What the first dispatch gives to the program, and each one after it. */
  private given: ShaderInterface | undefined;
  private bindings: readonly BindingMode[] = [];
  private spills = false;
  private readonly groups: BindGroups;
  private fixed: Variant | undefined;
  private dynamic: Variant | undefined;
  /** Settles when the pipelines are there, or with the reason why not. */
  ready: Promise<void> = Promise.resolve();

  constructor(
    private readonly gpu: Gpu,
    private readonly uniforms: UniformPool,
    private readonly scratch: Scratch,
    readonly source: ProgramSource,
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
   * For dispatches that set offsets.
   * @throws Error before `ready` has resolved.
   */
  get dynamicPipeline(): GPUComputePipeline {
    return this.compiledFor(this.dynamic);
  }

  /**
   * Records a dispatch. The first one fixes the kernel's bindings and starts its compilation.
   * @throws LimitError when the device cannot dispatch so many workgroups.
   */
  dispatch({ shape, tensors, workgroups }: DispatchOptions): Dispatch {
    this.checkWorkgroups(workgroups);
    const named = numbered(tensors);
    const bindings = this.withScratch(named);
    this.fixBindings({ record: Object.keys(shape), bindings: named.map(usedBinding) }, bindings);
    const record = this.uniforms.slot(Object.values(shape));
    return { kernel: this, ...this.groups.bind(record, bindings), workgroups };
  }

  /** The bindings, and the memory for large values where the program may keep them there. */
  private withScratch(bindings: readonly Binding[]): readonly Binding[] {
    this.spills =
      this.source.spill !== undefined &&
      bindings.length < this.gpu.device.limits.maxStorageBuffersPerShaderStage;
    if (!this.spills) return bindings;
    return [...bindings, { binding: SCRATCH_BINDING, access: write(this.scratch.tensor) }];
  }

  private compiledFor(variant: Variant | undefined): GPUComputePipeline {
    if (variant?.pipeline) return variant.pipeline;
    throw new Error(`kernel ${this.name} is used before it is compiled`);
  }

  /** @param given what the program must take from a dispatch; the same for all of a kernel's */
  private fixBindings(given: ShaderInterface, bindings: readonly Binding[]): void {
    this.given ??= given;
    if (!isSameInterface(given, this.given)) {
      const [now, before] = [given, this.given].map(describeInterface);
      throw new Error(`kernel ${this.name} is dispatched with ${now} and with ${before}`);
    }
    if (this.fixed) return;
    this.checkBindings(bindings.length);
    this.bindings = bindings.map(({ binding, access: { mode } }) => ({ binding, mode }));
  }

  /** The variant with or without dynamic offsets, whose compilation begins when it is first asked for. */
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
    const begin = performance.now();
    const linked = await linkProgram(this.source);
    const link = performance.now() - begin;
    this.checkInterface(linked);
    try {
      const code = await this.createPipeline(variant, linked);
      if (variant !== this.fixed) return;
      this.portable = { name: this.name, code, entries };
      this.times = { link, create: performance.now() - begin - link };
    } catch (error) {
      throw error instanceof ShaderError ? subgroupErrorOf(error, linked.dest) : error;
    }
  }

  /** @returns the text that was compiled */
  private async createPipeline(variant: Variant, linked: LinkedProgram): Promise<string> {
    const spill = this.spills ? this.source.spill : undefined;
    const { module, code } = await compileProgram(this.gpu, { ...this.source, spill }, linked);
    try {
      variant.pipeline = await this.gpu.wait(
        this.gpu.device.createComputePipelineAsync({
          label: this.name,
          layout: this.gpu.device.createPipelineLayout({ bindGroupLayouts: [variant.layout] }),
          compute: { module },
        }),
      );
      return code;
    } catch (error) {
      throw new ShaderError(`shaders/${this.name}.wesl: ${(error as Error).message}`);
    }
  }

  /** @throws Error where the shader and the dispatches do not agree on names, order or use. */
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
}

/** Bindings by their place among the names, from 1 on; a name without a tensor has none. */
function numbered(tensors: DispatchOptions['tensors']): GivenBinding[] {
  return Object.entries(tensors).flatMap(([name, access], index) =>
    access ? [{ binding: index + 1, name, access }] : [],
  );
}

const usedBinding = ({ binding, name, access }: GivenBinding): NamedBinding => ({
  ...{ binding, name, use: access.mode },
});

/** Hands out kernels, each program compiled once. */
export interface KernelLibraryOptions {
  /** Whether kernels compile one after the other, to be timed, instead of at once; default false. */
  readonly inTurn?: boolean;
  /** Ends the error about a dispatch that is too large for the device: what to do about it. */
  readonly advice?: string;
}

export class KernelLibrary {
  private readonly kernels = new Map<string, Kernel>();
  /** Everything that has begun to compile. */
  private readonly compilations: Promise<void>[] = [];
  private readonly uniforms: UniformPool;
  private readonly scratch: Scratch;
  private latest: Promise<void> = Promise.resolve();

  /** @param modules shader modules by path, which programs import */
  constructor(
    private readonly gpu: Gpu,
    private readonly modules: Readonly<Record<string, string>>,
    private readonly options: KernelLibraryOptions = {},
  ) {
    this.uniforms = new UniformPool(gpu);
    this.scratch = new Scratch(gpu);
  }

  /** The kernel of a program; the same object for the same program. */
  kernel(source: Omit<ProgramSource, 'library'>): Kernel {
    const key = JSON.stringify(source);
    const known = this.kernels.get(key);
    if (known) return known;
    const program = { ...source, library: this.modules };
    const { advice = 'use smaller tensors' } = this.options;
    const kernel = new Kernel(this.gpu, this.uniforms, this.scratch, program, advice, (compile) => {
      const compilation = this.options.inTurn ? this.compileNext(compile) : compile();
      this.compilations.push(compilation);
      return compilation;
    });
    this.kernels.set(key, kernel);
    return kernel;
  }

  /**
   * Waits until every kernel dispatched so far is compiled.
   * @throws GpuError of a device that has failed, else ShaderError of the first kernel that does not
   * compile; both only once no other kernel compiles any more.
   */
  async compiled(): Promise<void> {
    await this.settled();
    this.gpu.check();
    await Promise.all(this.compilations);
  }

  /**
   * Waits until nothing compiles any more. A process that ends earlier may crash, since the driver's
   * threads go on while its memory is taken down.
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
    // A failure is told to whoever awaits the kernel, and holds up no other.
    this.latest = compiled.catch(() => {});
    return compiled;
  }
}
