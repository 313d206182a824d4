/** Compile times of the kernels of a run, measured one kernel at a time. */
import type { Gpu } from '../gpu/device';
import type { Dispatch, Kernel } from '../gpu/kernel';
import { encodeStages, firstDispatches } from '../gpu/stage';
import { assembleTrainer, createKernels } from './create-trainer';
import type { TrainerOptions } from './trainer-options';

/** Compile times of one kernel, in milliseconds. */
export interface KernelTimes {
  /** The shader, and the constants that distinguish the kernel from others of the same shader. */
  readonly kernel: string;
  /** Linking WESL modules to a WGSL text. */
  readonly link: number;
  /** Making a pipeline of the text. */
  readonly create: number;
  /** The first dispatch, in which many drivers compile. */
  readonly firstDispatch: number;
  /** The same dispatch a second time. */
  readonly nextDispatch: number;
}

/** Submits one dispatch and waits for it; returns milliseconds. */
async function timeDispatch(gpu: Gpu, dispatch: Dispatch): Promise<number> {
  const begin = performance.now();
  const encoder = gpu.device.createCommandEncoder();
  encodeStages(encoder, [{ name: dispatch.kernel.name, dispatches: [dispatch] }]);
  gpu.device.queue.submit([encoder.finish()]);
  await gpu.idle();
  return performance.now() - begin;
}

/**
 * `shader`, or `shader NAME=value …` with the constants that differ between kernels of one shader.
 */
export function describeKernel(kernel: Kernel, all: readonly Kernel[]): string {
  const namesakes = all.filter(({ name }) => name === kernel.name);
  const settings = ({ source: { constants, conditions, aliases } }: Kernel) =>
    new Map(Object.entries({ ...constants, ...conditions, ...aliases }));
  const differing = [...settings(kernel)].filter(([name, value]) =>
    namesakes.some((other) => settings(other).get(name) !== value),
  );
  return [kernel.name, ...differing.map(([name, value]) => `${name}=${value}`)].join(' ');
}

/**
 * Compiles the kernels of a run in turn and runs each once or twice, in the order of an iteration.
 * @throws as `createTrainer`
 */
export async function measureCompilation(options: TrainerOptions): Promise<KernelTimes[]> {
  const { gpu } = options;
  const trainer = await assembleTrainer(options, createKernels(gpu, true));
  try {
    await trainer.initialize();
    const firsts = firstDispatches([...trainer.run.reset, ...trainer.run.stages]);
    const rows: KernelTimes[] = [];
    for (const [kernel, dispatch] of firsts) {
      rows.push({
        kernel: describeKernel(kernel, [...firsts.keys()]),
        ...kernel.times!,
        firstDispatch: await timeDispatch(gpu, dispatch),
        nextDispatch: await timeDispatch(gpu, dispatch),
      });
    }
    return rows;
  } finally {
    trainer.destroy();
  }
}
