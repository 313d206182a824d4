/** A compute pipeline and what it is dispatched on. */
import type { PortableKernel } from './ahead';
import { LimitError, type Tensor } from './arena';
import type { Gpu } from './device';
import { compileProgram, linkProgram, type ProgramSource, ShaderError } from './program';
import { UniformPool } from './uniforms';

/** What a kernel does with a tensor. */
export interface Access {
  readonly tensor: Tensor;
  readonly mode: 'read' | 'write' | 'uniform';
  /** The part of it that is bound, in bytes; all of it by default. */
  readonly range?: ByteRange;
}

interface ByteRange {
  readonly offset: number;
  readonly size: number;
}

/** The kernel only reads `tensor`. */
export const read = (tensor: Tensor): Access => ({ tensor, mode: 'read' });

/** The kernel writes `tensor`, and may read it. */
export const write = (tensor: Tensor): Access => ({ tensor, mode: 'write' });

/** The kernel reads a part of `tensor` as uniform memory; its arena must know of that use. */
export const uniform = (tensor: Tensor, range: ByteRange): Access => ({
  tensor,
  mode: 'uniform',
  range,
});

const BINDING_TYPES = { read: 'read-only-storage', write: 'storage', uniform: 'uniform' } as const;

export interface DispatchOptions {
  /** The uniform record at binding 0, in the order of the shader's struct; all values are u32. */
  readonly shape: Readonly<Record<string, number>>;
  /** Bindings 1, 2, … in order; undefined where a variant of the shader has none at that number. */
  readonly tensors: readonly (Access | undefined)[];
  /** Workgroups along x, y, z. */
  readonly workgroups: readonly [number, number, number];
}

/** One recorded dispatch: three lookups and a call, nothing to allocate. */
export interface Dispatch {
  readonly kernel: Kernel;
  readonly bindGroup: GPUBindGroup;
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

export class Kernel {
  /** Known once `ready` has resolved. */
  times: CompileTimes | undefined;
  /** For other devices; known once `ready` has resolved. */
  portable: PortableKernel | undefined;
  private layout: GPUBindGroupLayout | undefined;
  private modes = '';
  private compiled: GPUComputePipeline | undefined;
  /** Settles when the pipeline is there, or with the reason why not. */
  ready: Promise<void> = Promise.resolve();

  constructor(
    private readonly gpu: Gpu,
    private readonly uniforms: UniformPool,
    readonly source: ProgramSource,
    private readonly compiling: Compiling = (compile) => compile(),
  ) {}

  get name(): string {
    return this.source.shader;
  }

  /** @throws Error before `ready` has resolved. */
  get pipeline(): GPUComputePipeline {
    if (!this.compiled) throw new Error(`kernel ${this.name} is used before it is compiled`);
    return this.compiled;
  }

  /**
   * Records a dispatch. The first one fixes the kernel's bindings and starts its compilation.
   * @throws LimitError when the device cannot dispatch so many workgroups.
   */
  dispatch({ shape, tensors, workgroups }: DispatchOptions): Dispatch {
    this.checkWorkgroups(workgroups);
    const layout = this.layoutFor(tensors);
    const uniform = this.uniforms.slot(Object.values(shape));
    const entries = numbered(tensors).map(({ binding, access }) => ({
      binding,
      resource: { buffer: access.tensor.buffer, ...access.range },
    }));
    const bindGroup = this.gpu.device.createBindGroup({
      label: this.name,
      layout,
      entries: [{ binding: 0, resource: uniform }, ...entries],
    });
    return { kernel: this, bindGroup, workgroups };
  }

  private layoutFor(tensors: DispatchOptions['tensors']): GPUBindGroupLayout {
    const modes = tensors.map((access) => access?.mode ?? 'nothing').join(' ');
    if (this.layout && modes !== this.modes) {
      throw new Error(`kernel ${this.name} is bound as (${modes}) and as (${this.modes})`);
    }
    if (!this.layout) {
      this.checkBindings(tensors.filter((access) => access && access.mode !== 'uniform').length);
      this.modes = modes;
      const entries = layoutEntries(tensors);
      const layout = this.gpu.device.createBindGroupLayout({ label: this.name, entries });
      this.layout = layout;
      this.ready = this.compiling(() => this.compile(layout, entries));
      // The failure is reported by whoever awaits `ready`.
      this.ready.catch(() => {});
    }
    return this.layout;
  }

  private async compile(
    layout: GPUBindGroupLayout,
    entries: GPUBindGroupLayoutEntry[],
  ): Promise<void> {
    const begin = performance.now();
    const linked = await linkProgram(this.source);
    const link = performance.now() - begin;
    const { module, code } = await compileProgram(this.gpu, this.source, linked);
    try {
      this.compiled = await this.gpu.wait(
        this.gpu.device.createComputePipelineAsync({
          label: this.name,
          layout: this.gpu.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
          compute: { module },
        }),
      );
      this.portable = { name: this.name, code, entries };
      this.times = { link, create: performance.now() - begin - link };
    } catch (error) {
      throw new ShaderError(`shaders/${this.name}.wesl: ${(error as Error).message}`);
    }
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
          `${limit} in one dimension: use fewer environments or agents, or more minibatches ` +
          '(numEnvs, numAgents, numMinibatches)',
      );
    }
  }
}

/** The uniform record at binding 0, then the tensors. */
function layoutEntries(tensors: DispatchOptions['tensors']): GPUBindGroupLayoutEntry[] {
  const visibility = GPUShaderStage.COMPUTE;
  const entries = numbered(tensors).map(({ binding, access }): GPUBindGroupLayoutEntry => {
    return { binding, visibility, buffer: { type: BINDING_TYPES[access.mode] } };
  });
  return [{ binding: 0, visibility, buffer: { type: 'uniform' } }, ...entries];
}

/** Bindings by their place in the list, from 1 on; empty places have none. */
function numbered(tensors: DispatchOptions['tensors']) {
  return tensors.flatMap((access, index) => (access ? [{ binding: index + 1, access }] : []));
}

/** Hands out kernels, each program compiled once. */
export class KernelLibrary {
  private readonly kernels = new Map<string, Kernel>();
  private readonly uniforms: UniformPool;
  private latest: Promise<void> = Promise.resolve();

  /** @param inTurn whether kernels compile one after the other, to be timed, instead of at once */
  constructor(
    private readonly gpu: Gpu,
    private readonly modules: Readonly<Record<string, string>>,
    private readonly inTurn = false,
  ) {
    this.uniforms = new UniformPool(gpu);
  }

  /** The kernel of a program; the same object for the same program. */
  kernel(source: Omit<ProgramSource, 'library'>): Kernel {
    const key = JSON.stringify(source);
    const known = this.kernels.get(key);
    if (known) return known;
    const program = { ...source, library: this.modules };
    const kernel = new Kernel(this.gpu, this.uniforms, program, (compile) =>
      this.inTurn ? this.compileNext(compile) : compile(),
    );
    this.kernels.set(key, kernel);
    return kernel;
  }

  /**
   * Waits until every kernel dispatched so far is compiled.
   * @throws ShaderError of the first that does not compile.
   */
  async compiled(): Promise<void> {
    await Promise.all([...this.kernels.values()].map((kernel) => kernel.ready));
    this.gpu.check();
  }

  destroy(): void {
    this.uniforms.destroy();
  }

  private compileNext(compile: () => Promise<void>): Promise<void> {
    const compiled = this.latest.then(compile);
    // A failure is told to whoever awaits the kernel, and holds up no other.
    this.latest = compiled.catch(() => {});
    return compiled;
  }
}
