/** Measures the size of an environment's State in the layout of the device's compiler. */
import { errorInLine } from '../environments/definition';
import { Arena } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { KernelLibrary, read, write } from '../gpu/kernel';
import type { ProgramSource } from '../gpu/program';
import { readTensor } from '../gpu/readback';
import { encodeStages } from '../gpu/stage';
import { loadShaders } from '../shader-sources/load';

/** The size of a State and the kernel that measured it. */
interface Measured {
  readonly words: number;
  /**
   * Kept alive on purpose. lavapipe frees a pipeline only between two submissions, so its garbage
   * collection after a submission that does not end would block this thread, and with it the time
   * limit that reports it (see gpu/stall).
   */
  readonly kernels: KernelLibrary;
}

/** Where a module declares its State. */
export interface StatePlace {
  readonly file: string;
  readonly line: number;
}

/** Measured sizes by device and program. */
const measured = new WeakMap<Gpu, Map<string, Measured>>();

/** Most words of one State; the probe has the square of it. */
const MAX_WORDS = 1024;

/**
 * 32-bit words from one element of array<State> to the next; measured once per device and program.
 * @param program links a shader with the environment plugged in
 * @param place of the State, for errors
 * @throws ShaderError if the module does not compile, EnvironmentError if the State is too large
 */
export async function measureStateWords(
  gpu: Gpu,
  program: (shader: string) => Omit<ProgramSource, 'library'>,
  place: StatePlace,
): Promise<number> {
  const source = program('rollout/state-size');
  const known = measured.get(gpu) ?? new Map<string, Measured>();
  measured.set(gpu, known);
  const key = JSON.stringify(source);
  const found = known.get(key);
  if (found) return found.words;
  const kernels = new KernelLibrary(gpu, loadShaders);
  const words = await measure(gpu, kernels, source, place);
  known.set(key, { words, kernels });
  return words;
}

async function measure(
  gpu: Gpu,
  kernels: KernelLibrary,
  source: Omit<ProgramSource, 'library'>,
  place: StatePlace,
): Promise<number> {
  const arena = new Arena(gpu);
  try {
    const probe = arena.declare('state size probe', [MAX_WORDS * MAX_WORDS], 'u32');
    const length = arena.declare('state size', [1], 'u32');
    arena.allocate();
    const dispatch = kernels.kernel(source).dispatch({
      shape: { unused: 0 },
      tensors: { states: read(probe), length: write(length) },
      workgroups: [1, 1, 1],
    });
    await kernels.compiled();
    const encoder = gpu.device.createCommandEncoder();
    encodeStages(encoder, [{ name: 'state size', dispatches: [dispatch] }]);
    gpu.device.queue.submit([encoder.finish()]);
    return wordsFor(new Uint32Array(await readTensor(gpu, length))[0]!, place);
  } finally {
    kernels.destroy();
    arena.destroy();
  }
}

/** ⌊W / w⌋ = n has one solution w ≤ √W, which is ⌊W / n⌋. */
function wordsFor(length: number, place: StatePlace): number {
  if (length < MAX_WORDS) {
    const most = `${4 * MAX_WORDS} bytes, the most that are allowed`;
    throw errorInLine(place.file, place.line, `struct State has more than ${most}`);
  }
  return Math.floor((MAX_WORDS * MAX_WORDS) / length);
}
