/** The scheduler on a device that only counts: its clock moves as the test says. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { globals } from 'webgpu';
import type { Tensor } from '../../src/gpu/arena';
import type { Gpu } from '../../src/gpu/device';
import type { Dispatch } from '../../src/gpu/kernel';
import type { Stage } from '../../src/gpu/stage';
import { Scheduler } from '../../src/trainer/scheduler';

Object.assign(globalThis, globals);

let now = 0;
afterEach(() => {
  vi.restoreAllMocks();
});
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

/**
 * A queue whose work takes what its dispatches cost; its promises are the times when it is done.
 */
class FakeDevice {
  /** Dispatches of each submission, by their costs in milliseconds. */
  readonly submissions: number[][] = [];
  pipelinesSet = 0;
  /** What each dispatch takes, times the cost that it was given. */
  slowness = 1;
  private encoded: number[] = [];
  private doneAt = 0;
  private clock = Promise.resolve();

  readonly gpu = {
    device: {
      createBuffer: () => this.buffer(),
      createCommandEncoder: () => this.encoder(),
      queue: {
        submit: () => this.submit(),
        onSubmittedWorkDone: () => this.doneAt,
      },
    },
    wait: (done: number) => this.wait(done),
    idle: () => this.wait(this.doneAt),
  } as unknown as Gpu;

  /** In the order of the calls, each heard before the next. */
  private wait(done: number): Promise<void> {
    this.clock = this.clock.then(() => {
      now = Math.max(now, done);
    });
    return this.clock;
  }

  private submit(): void {
    const cost = this.encoded.reduce((sum, each) => sum + each, 0);
    this.doneAt = Math.max(now, this.doneAt) + this.slowness * cost;
    this.submissions.push(this.encoded);
    this.encoded = [];
  }

  private buffer(): unknown {
    const mapAsync = () => this.doneAt;
    return { mapAsync, getMappedRange: () => new ArrayBuffer(4), unmap: () => {} };
  }

  private encoder(): unknown {
    const pass = {
      setPipeline: () => (this.pipelinesSet += 1),
      setBindGroup: () => {},
      dispatchWorkgroups: (cost: number) => this.encoded.push(cost),
      end: () => {},
    };
    return { beginComputePass: () => pass, copyBufferToBuffer: () => {}, finish: () => {} };
  }
}

function dispatches(costs: readonly number[], pipeline: string): Dispatch[] {
  const kernel = { pipeline };
  return costs.map((cost) => ({ kernel, workgroups: [cost, 1, 1] }) as unknown as Dispatch);
}

/** 100 light ones of 0.5 ms, 10 heavy ones of 30 ms: 350 ms. */
const STAGES = [
  { name: 'light', dispatches: dispatches(Array(100).fill(0.5), 'a') },
  { name: 'heavy', dispatches: dispatches(Array(10).fill(30), 'b') },
];
const COSTS = STAGES.flatMap((stage) => stage.dispatches.map(({ workgroups }) => workgroups[0]));
const REPORTS = { name: 'reports', bytes: 4 } as Tensor;

/** Submissions of each of `count` further iterations, one at a time. */
async function iterate(scheduler: Scheduler, device: FakeDevice, count: number) {
  const iterations: number[][][] = [];
  for (let iteration = 0; iteration < count; iteration++) {
    const before = device.submissions.length;
    await scheduler.submit();
    iterations.push(device.submissions.slice(before));
    await scheduler.report();
  }
  return iterations;
}

const timeOf = (submission: readonly number[]): number =>
  submission.reduce((sum, cost) => sum + cost, 0);

test('every dispatch is submitted once per iteration, in order, however it is cut', async () => {
  const device = new FakeDevice();
  for (const submissions of await iterate(new Scheduler(device.gpu, STAGES, REPORTS), device, 4)) {
    expect(submissions.flat()).toEqual(COSTS);
  }
});

test('host steps come between the dispatches of their stages, however these are cut', async () => {
  const device = new FakeDevice();
  /** Dispatches that were submitted when a step was called. */
  const calls: number[] = [];
  const submitted = (): number => device.submissions.flat().length;
  const host = async (): Promise<void> => {
    calls.push(submitted());
    await Promise.resolve();
    // Nothing is submitted meanwhile.
    calls.push(submitted());
  };
  const [light, heavy] = STAGES as readonly Stage[] as readonly [Stage, Stage];
  const stages = [
    { name: 'first', dispatches: [], host },
    { ...light, host },
    heavy,
    { ...heavy, host },
  ];
  const iterations = await iterate(new Scheduler(device.gpu, stages, REPORTS), device, 4);
  const length = 100 + 10 + 10;
  const expected = [0, 1, 2, 3].flatMap((n) =>
    [0, 100, 120].flatMap((end) => [n * length + end, n * length + end]),
  );
  expect(calls).toEqual(expected);
  expect(iterations.every((submissions) => submissions.flat().length === length)).toBe(true);
});

test('the first two iterations go out in many parts, later ones in parts of 100 ms', async () => {
  const device = new FakeDevice();
  const scheduler = new Scheduler(device.gpu, STAGES, REPORTS);
  const [first, second, third, fourth] = await iterate(scheduler, device, 4);
  expect(first!.length).toBe(55);
  expect(second!.length).toBe(55);
  for (const submissions of [third!, fourth!]) {
    // Light ones go together with the first heavy one, not in parts of as many dispatches.
    expect(submissions.map(timeOf)).toEqual([80, 90, 90, 90]);
  }
});

test('compilation within the first iteration does not count', async () => {
  const device = new FakeDevice();
  const scheduler = new Scheduler(device.gpu, STAGES, REPORTS);
  device.slowness = 100;
  await iterate(scheduler, device, 1);
  device.slowness = 0.1;
  const [, third] = await iterate(scheduler, device, 2);
  expect(third!.length).toBe(1);
});

test('what becomes slower is cut finer, and measured again where it is twice as slow', async () => {
  const device = new FakeDevice();
  const scheduler = new Scheduler(device.gpu, STAGES, REPORTS);
  await iterate(scheduler, device, 3);
  device.slowness = 1.5;
  const [, finer] = await iterate(scheduler, device, 2);
  expect(Math.max(...finer!.map(timeOf)) * 1.5).toBeLessThanOrEqual(100);
  device.slowness = 4;
  const [, measured, finest] = await iterate(scheduler, device, 3);
  expect(measured!.length).toBe(55);
  expect(finest!.length).toBeLessThan(20);
});

test('time that the host spent elsewhere is not taken for the device', async () => {
  const device = new FakeDevice();
  const scheduler = new Scheduler(device.gpu, STAGES, REPORTS);
  await iterate(scheduler, device, 3);
  now += 60_000;
  const [, after] = await iterate(scheduler, device, 2);
  expect(after!.length).toBe(4);
});

test('of very many dispatches none but 256 go out together while nothing is measured', async () => {
  const device = new FakeDevice();
  const stages = [{ name: 'many', dispatches: dispatches(Array(100_000).fill(0.001), 'a') }];
  const scheduler = new Scheduler(device.gpu, stages, REPORTS);
  const [first, second, third] = await iterate(scheduler, device, 3);
  for (const submissions of [first!, second!]) {
    expect(submissions.flat().length).toBe(100_000);
    expect(Math.max(...submissions.map(({ length }) => length))).toBe(256);
  }
  expect(third!.map(timeOf).every((time) => time <= 100)).toBe(true);
});

test('the host does not run far ahead, and does not count its waiting', async () => {
  const device = new FakeDevice();
  const stages = [{ name: 'many', dispatches: dispatches(Array(200_000).fill(1), 'a') }];
  const scheduler = new Scheduler(device.gpu, stages, REPORTS);
  const { queue } = device.gpu.device;
  const submit = queue.submit.bind(queue);
  let [ran, submitted, ahead] = [0, 0, 0];
  queue.submit = (commands) => {
    submit(commands);
    submitted += device.submissions.at(-1)!.length;
    // Each dispatch takes a millisecond.
    ran = now;
    ahead = Math.max(ahead, submitted - ran);
  };
  await scheduler.submit();
  expect(submitted).toBe(200_000);
  expect(ahead).toBeLessThanOrEqual(2 ** 16 + 2 * 3125);
  expect((await scheduler.report()).milliseconds).toBe(0);
});

test('a later iteration that waits for a device which does not come back is given up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const device = new FakeDevice();
  const abandon = vi.fn((message: string) => new Error(message));
  const gpu = Object.assign(device.gpu, { abandon, adapter: { hardware: true } });
  const patience = {
    milliseconds: 8000,
    message: (seconds: number) => `stuck for ${Math.round(seconds)} s`,
  };
  // Enough for the host to wait within each iteration.
  const stages = [{ name: 'many', dispatches: dispatches(Array(200_000).fill(0.002), 'a') }];
  const scheduler = new Scheduler(gpu, stages, REPORTS, { patience, dispatches: 1 });
  await iterate(scheduler, device, 2);
  expect(abandon).not.toHaveBeenCalled();
  vi.spyOn(gpu, 'idle').mockReturnValue(new Promise(() => {}));
  // Ten times the longest iteration, of 0.4 s, beyond the patience.
  const rejected = expect(scheduler.submit()).rejects.toThrow('stuck for 12 s');
  await vi.advanceTimersByTimeAsync(12_000);
  await rejected;
  vi.useRealTimers();
});

test('a pipeline is set only where it changes', async () => {
  const device = new FakeDevice();
  device.slowness = 0.01;
  const scheduler = new Scheduler(device.gpu, STAGES, REPORTS);
  await iterate(scheduler, device, 2);
  device.pipelinesSet = 0;
  await iterate(scheduler, device, 1);
  expect(device.pipelinesSet).toBe(2);
});

test('the host time of an iteration comes with its report', async () => {
  const device = new FakeDevice();
  const scheduler = new Scheduler(device.gpu, STAGES, REPORTS);
  const { queue } = device.gpu.device;
  const submit = queue.submit.bind(queue);
  queue.submit = (commands) => {
    now += 2;
    return submit(commands);
  };
  await scheduler.submit();
  now += 1000;
  expect((await scheduler.report()).milliseconds).toBe(2 * 55);
});
