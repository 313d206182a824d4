/** What every kernel of a run takes before it computes for the first time, one kernel at a time. */
import type { Gpu } from '../gpu/device';
import type { Dispatch, Kernel } from '../gpu/kernel';
import { encodeStages, firstDispatches } from '../gpu/stage';
import { assembleTrainer, createKernels } from './trainer';
import type { TrainerOptions } from './trainer-options';

/** Milliseconds of one kernel. */
export interface KernelTimes {
  /** The shader and the constants that tell it from others of the same shader. */
  readonly kernel: string;
  /** From WESL modules to a WGSL text. */
  readonly link: number;
  /** From the text to a pipeline. */
  readonly create: number;
  /** Until its first dispatch is done: many drivers compile only then. */
  readonly firstDispatch: number;
  /** Until the same dispatch is done once more. */
  readonly nextDispatch: number;
}

/** Submits one dispatch and waits for it; milliseconds. */
async function timeDispatch(gpu: Gpu, dispatch: Dispatch): Promise<number> {
  const begin = performance.now();
  const encoder = gpu.device.createCommandEncoder();
  encodeStages(encoder, [{ name: dispatch.kernel.name, dispatches: [dispatch] }]);
  gpu.device.queue.submit([encoder.finish()]);
  await gpu.idle();
  return performance.now() - begin;
}

/** `shader`, or `shader NAME=value …` with what differs between kernels of one shader. */
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
    const firsts = firstDispatches([trainer.resetStage, ...trainer.stages]);
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
