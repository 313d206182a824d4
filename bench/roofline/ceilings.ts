/** The measured limits of the adapter: arithmetic, memory traffic, dispatches. */
import { Arena, type Tensor } from '../../src/gpu/arena';
import type { Gpu } from '../../src/gpu/device';
import { type Dispatch, KernelLibrary, read, write } from '../../src/gpu/kernel';
import { readTensor } from '../../src/gpu/readback';
import { encodeStages } from '../../src/gpu/stage';
import copyShader from './copy.wesl';
import countShader from './count-up.wesl';
import fmaShader from './fma-peak.wesl';
import { type Encode, secondsPerUnit } from './repeated';

/** All samples of each quantity. */
export interface Ceilings {
  /** FLOP per second, a multiply-add counting as two. */
  readonly arithmetic: readonly number[];
  /** Bytes read and written per second by a kernel that copies vec4f. */
  readonly kernelTraffic: readonly number[];
  /** Bytes read and written per second by copyBufferToBuffer. */
  readonly copyTraffic: readonly number[];
  /** Seconds per dispatch, each depending on the last, in one pass. */
  readonly dispatch: readonly number[];
  /** Seconds per dispatch in a pass of its own. */
  readonly passedDispatch: readonly number[];
}

const FMA_LANES = 64;
const FMA_INVOCATIONS = 262_144;
const FLOP_PER_ROUND = 2 * 12 * 32;
const COPY_LANES = 256;
/** Workgroups along x, within every device's limit. */
const COPY_ROW = 32_768;
/** Bytes of each of two buffers: more than the caches of known CPUs and GPUs. */
const SOFTWARE_BYTES = 64 * 2 ** 20;
const HARDWARE_BYTES = 512 * 2 ** 20;

export async function measureCeilings(gpu: Gpu, repeats: number): Promise<Ceilings> {
  const kernels = new KernelLibrary(gpu, async () => ({
    'fma-peak': fmaShader,
    copy: copyShader,
    'count-up': countShader,
  }));
  const arena = new Arena(gpu);
  const { maxStorageBufferBindingSize } = gpu.device.limits;
  const wanted = gpu.adapter.hardware ? HARDWARE_BYTES : SOFTWARE_BYTES;
  const words = Math.min(wanted, maxStorageBufferBindingSize) / 4;
  const tensors = {
    sums: arena.declare('sums', [FMA_INVOCATIONS]),
    from: arena.declare('from', [words]),
    to: arena.declare('to', [words]),
    count: arena.declare('count', [4], 'u32'),
  };
  try {
    arena.allocate();
    return await measure(gpu, kernels, tensors, repeats);
  } finally {
    kernels.destroy();
    arena.destroy();
  }
}

type Tensors = Readonly<Record<'sums' | 'from' | 'to' | 'count', Tensor>>;

async function measure(
  gpu: Gpu,
  kernels: KernelLibrary,
  { sums, from, to, count }: Tensors,
  repeats: number,
): Promise<Ceilings> {
  const traffic = 2 * from.bytes;
  const arithmetic = fmaDispatch(kernels, sums);
  const copy = copyDispatch(kernels, from, to);
  const tick = kernels
    .kernel({ shader: 'count-up' })
    .dispatch({ shape: { unused: 0 }, tensors: { count: write(count) }, workgroups: [1, 1, 1] });
  await kernels.compiled();
  const rate = (seconds: readonly number[], amount: number) => seconds.map((s) => amount / s);
  const time = (encode: Encode) => secondsPerUnit(gpu, encode, repeats);
  const counted = countedEncodes();
  const ceilings = {
    arithmetic: rate(await time(inOnePass(arithmetic)), arithmetic.flop),
    kernelTraffic: rate(await time(inOnePass(copy)), traffic),
    copyTraffic: rate(
      await time((encoder, units) => {
        for (let unit = 0; unit < units; unit++) {
          encoder.copyBufferToBuffer(from.buffer, 0, to.buffer, 0, from.bytes);
        }
      }),
      traffic,
    ),
    dispatch: await time(counted.watch(inOnePass(tick))),
    passedDispatch: await time(counted.watch(inOwnPasses(tick))),
  };
  await checkSums(gpu, sums);
  await checkCount(gpu, count, counted.units());
  return ceilings;
}

/** A dispatch long enough to hide what dispatching costs, with the FLOP that it does. */
function fmaDispatch(kernels: KernelLibrary, sums: Tensor): Dispatch & { readonly flop: number } {
  const rounds = 32;
  const dispatch = kernels.kernel({ shader: 'fma-peak', constants: { FMA_LANES } }).dispatch({
    shape: { rounds },
    tensors: { sums: write(sums) },
    workgroups: [FMA_INVOCATIONS / FMA_LANES, 1, 1],
  });
  return { ...dispatch, flop: FLOP_PER_ROUND * rounds * FMA_INVOCATIONS };
}

function copyDispatch(kernels: KernelLibrary, from: Tensor, to: Tensor): Dispatch {
  const quads = from.bytes / 16;
  const groups = Math.ceil(quads / COPY_LANES);
  const columns = Math.min(groups, COPY_ROW);
  return kernels.kernel({ shader: 'copy', constants: { COPY_LANES } }).dispatch({
    shape: { quads, row: columns * COPY_LANES },
    tensors: { from_values: read(from), to_values: write(to) },
    workgroups: [columns, Math.ceil(groups / columns), 1],
  });
}

const inOnePass =
  (dispatch: Dispatch): Encode =>
  (encoder, units) =>
    encodeStages(encoder, [{ name: 'ceiling', dispatches: Array(units).fill(dispatch) }]);

const inOwnPasses =
  (dispatch: Dispatch): Encode =>
  (encoder, units) => {
    for (let unit = 0; unit < units; unit++) inOnePass(dispatch)(encoder, 1);
  };

/** Counts what is encoded, to hold the device's own count against it. */
function countedEncodes() {
  let total = 0;
  return {
    units: () => total,
    watch:
      (encode: Encode): Encode =>
      (encoder, units) => {
        total += units;
        encode(encoder, units);
      },
  };
}

/** @throws Error if the chains did not run to their ends, where each is near 1. */
async function checkSums(gpu: Gpu, sums: Tensor): Promise<void> {
  const numbers = new Float32Array(await readTensor(gpu, sums));
  const wrong = numbers.find((sum) => !(Math.abs(sum - 12) < 0.01));
  if (wrong !== undefined) throw new Error(`12 chains end at a sum of ${wrong} instead of 12`);
}

/** @throws Error if dispatches were skipped, which makes their time meaningless. */
async function checkCount(gpu: Gpu, count: Tensor, expected: number): Promise<void> {
  const [counted] = new Uint32Array(await readTensor(gpu, count));
  if (counted !== expected) {
    throw new Error(`${expected} dispatches were encoded, but ${counted} have run`);
  }
}
