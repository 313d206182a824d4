import { afterEach, expect, test, vi } from 'vitest';
import { read, write } from '../../src/gpu/kernel';
import { writeTensor } from '../../src/gpu/readback';
import { profileStages, runStages } from '../../src/gpu/run-stages';
import scale from '../shaders/scale.wesl';
import { floats, openRuntime, readFloats } from '../support/run-dispatches';

const runtime = await openRuntime({ 'test/scale': scale });
const { gpu } = runtime;
afterEach(() => {
  vi.restoreAllMocks();
});

const [a, b] = [floats(runtime, [1]), floats(runtime, [1])];
const turn = (from: typeof a, to: typeof a) =>
  runtime.kernels.kernel({ shader: 'test/scale', constants: { FACTOR: 2 } }).dispatch({
    shape: { count: 1, addend: 0, target_index: 0 },
    tensors: { input: read(from), output: write(to) },
    workgroups: [1, 1, 1],
  });
/** Doubles `a` once for each dispatch: 1 + 90 + 1 of them. */
const [there, back] = [turn(a, b), turn(b, a)];
const STAGES = [
  { name: 'begin', dispatches: [there] },
  { name: 'long', dispatches: Array.from({ length: 90 }, (_, i) => (i % 2 ? there : back)) },
  { name: 'nothing', dispatches: [] },
  { name: 'end', dispatches: [back] },
];
await runtime.kernels.compiled();

/** The dispatches of each submission. */
function watchSubmissions(): number[] {
  const lengths: number[] = [];
  let encoded = 0;
  const create = gpu.device.createCommandEncoder.bind(gpu.device);
  vi.spyOn(gpu.device, 'createCommandEncoder').mockImplementation((...args) => {
    const encoder = create(...args);
    const begin = encoder.beginComputePass.bind(encoder);
    vi.spyOn(encoder, 'beginComputePass').mockImplementation((descriptor) => {
      const pass = begin(descriptor);
      const dispatch = pass.dispatchWorkgroups.bind(pass);
      vi.spyOn(pass, 'dispatchWorkgroups').mockImplementation((...counts) => {
        encoded += 1;
        dispatch(...counts);
      });
      return pass;
    });
    return encoder;
  });
  const submit = gpu.device.queue.submit.bind(gpu.device.queue);
  vi.spyOn(gpu.device.queue, 'submit').mockImplementation((buffers) => {
    if (encoded > 0) lengths.push(encoded);
    encoded = 0;
    submit(buffers);
  });
  return lengths;
}

test('all dispatches run in order, in submissions of at most 32', async () => {
  writeTensor(gpu, a, Float32Array.of(1));
  const lengths = watchSubmissions();
  await runStages(gpu, STAGES);
  expect(lengths).toEqual([32, 32, 28]);
  vi.restoreAllMocks();
  expect(await readFloats(runtime, a)).toEqual([2 ** 92]);
});

test('a host step runs between the submissions before and after its stage', async () => {
  writeTensor(gpu, a, Float32Array.of(1));
  const seen: number[][] = [];
  const look = async (): Promise<void> => {
    seen.push(await readFloats(runtime, a));
  };
  const double = { name: 'double', dispatches: [there, back] };
  await runStages(gpu, [{ ...double, host: look }, double, { ...double, host: look }]);
  expect(seen).toEqual([[4], [64]]);
});

test.skipIf(!gpu.hasTimestamps)(
  'timed stages compute the same, and each has one time',
  async () => {
    writeTensor(gpu, a, Float32Array.of(1));
    const lengths = watchSubmissions();
    const times = await profileStages(gpu, STAGES, () => {});
    expect(lengths).toEqual([32, 32, 28]);
    expect([...times.keys()]).toEqual(['begin', 'long', 'end']);
    expect(times.get('long')).toBeGreaterThan(0);
    vi.restoreAllMocks();
    expect(await readFloats(runtime, a)).toEqual([2 ** 92]);
  },
);

test.skipIf(!gpu.hasTimestamps)('more spans than a query set holds are all timed', async () => {
  writeTensor(gpu, a, Float32Array.of(1));
  const stages = Array.from({ length: 2500 }, (_, i) => ({
    name: `stage ${i}`,
    dispatches: [i % 2 ? back : there],
  }));
  const times = await profileStages(gpu, stages, () => {});
  expect(times.size).toBe(2500);
  expect([...times.values()].every((milliseconds) => milliseconds >= 0)).toBe(true);
});
