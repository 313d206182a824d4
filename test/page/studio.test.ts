/** The Worker's one run at a time, with trainers that only wait and devices that only break. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { News, RunSetup } from '../../page/messages';
import { Studio } from '../../page/worker/studio';
import {
  type Checkpoint,
  createTrainer,
  decodeCheckpoint,
  type Gpu,
  GpuError,
  type IterationReport,
  type Policy,
  requestGpu,
  restoreTrainer,
  type Trainer,
  type TrainerSnapshot,
} from '../../src/index';
import { TINY_ENVIRONMENT } from '../cli/reports';

vi.mock('../../src/index', async (original) => ({
  ...(await original<typeof import('../../src/index')>()),
  ...{ requestGpu: vi.fn(), createTrainer: vi.fn(), restoreTrainer: vi.fn() },
  decodeCheckpoint: vi.fn(),
}));

const views = vi.hoisted(() => ({ leave: async (): Promise<void> => {} }));
vi.mock('../../page/view/viewer', () => ({
  Viewer: class {
    show(): void {}
    leave = (): Promise<void> => views.leave();
  },
}));

/** A promise that somebody else settles. */
class Later<T> {
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** Trains until it is stopped, or fails. */
class WaitingTrainer {
  readonly config = {};
  readonly destroy = vi.fn();
  readonly end = new Later<void>();
  save = async (): Promise<Uint8Array> => new Uint8Array(1);
  policy = async (): Promise<Policy> => ({ parameters: new Float32Array(1) });
  snapshot = async (): Promise<TrainerSnapshot> => {
    const episodes = { shape: [1, 0, 0], data: new Float32Array() };
    return { tensors: { episodes } } as unknown as TrainerSnapshot;
  };

  [Symbol.asyncIterator](): AsyncIterator<IterationReport> {
    return { next: () => this.end.promise.then(() => ({ done: true, value: undefined })) };
  }

  stop(): void {
    this.end.resolve();
  }
}

const asTrainer = (trainer: WaitingTrainer): Trainer => trainer as unknown as Trainer;
const deviceOf = () => ({ adapter: {}, check: vi.fn(), destroy: vi.fn() });
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const SETUP: RunSetup = { environment: 'CartPole-v1', config: {}, changes: [] };
const CHECKPOINT = { environment: TINY_ENVIRONMENT } as Checkpoint;

let devices: ReturnType<typeof deviceOf>[];
let news: News[];
let studio: Studio;

const begin = (): void => studio.handle({ type: 'begin', setup: SETUP });
const told = <Type extends News['type']>(type: Type): Extract<News, { type: Type }>[] =>
  news.filter((each): each is Extract<News, { type: Type }> => each.type === type);
const statuses = (): string[] => told('status').map(({ status }) => status);

/** Begins a run with a trainer that waits. */
async function run(): Promise<WaitingTrainer> {
  const trainer = new WaitingTrainer();
  vi.mocked(createTrainer).mockResolvedValueOnce(asTrainer(trainer));
  begin();
  await settle();
  return trainer;
}

/** Lets the device at hand break, and a run on it. */
async function lose(trainer: WaitingTrainer): Promise<void> {
  const error = new GpuError('the device was lost');
  devices.at(-1)!.check.mockImplementation(() => {
    throw error;
  });
  trainer.end.reject(error);
  await settle();
}

beforeEach(() => {
  vi.resetAllMocks();
  views.leave = async () => {};
  [devices, news] = [[], []];
  studio = new Studio((each) => void news.push(each));
  vi.mocked(requestGpu).mockImplementation(async () => {
    const device = deviceOf();
    devices.push(device);
    return device as unknown as Gpu;
  });
});

describe('a lost device', () => {
  test('is closed, and the run goes on on another one', async () => {
    const [first, second] = [await run(), new WaitingTrainer()];
    vi.mocked(restoreTrainer).mockResolvedValueOnce(asTrainer(second));
    await lose(first);
    expect(devices.map(({ destroy }) => destroy.mock.calls.length)).toEqual([1, 0]);
    expect(first.destroy).toHaveBeenCalledOnce();
    expect(told('restored').length).toBe(1);
    expect(statuses()).toEqual(['preparing', 'training', 'preparing', 'training']);
  });

  test('of a run that is replaced meanwhile leaves no trainer and says nothing', async () => {
    const [first, restored, later] = [await run(), new WaitingTrainer(), new Later<Trainer>()];
    vi.mocked(restoreTrainer).mockReturnValueOnce(later.promise);
    await lose(first);
    const next = run();
    later.resolve(asTrainer(restored));
    await next;
    expect(restored.destroy).toHaveBeenCalledOnce();
    expect(told('restored')).toEqual([]);
    expect(told('begun').length).toBe(2);
    expect(statuses().at(-1)).toBe('training');
  });

  test('whose run cannot be restored does not stop the run in its place', async () => {
    const [first, later] = [await run(), new Later<Trainer>()];
    vi.mocked(restoreTrainer).mockReturnValueOnce(later.promise);
    await lose(first);
    const next = run();
    later.reject(new Error('no memory'));
    await next;
    expect(told('failed')).toEqual([]);
    expect(statuses()).not.toContain('stopped');
  });

  test('that nothing replaces is named', async () => {
    const first = await run();
    vi.mocked(requestGpu).mockRejectedValueOnce(new Error('none left'));
    await lose(first);
    const message = 'The device was lost, and no other device could be opened: none left.';
    expect(told('failed')).toEqual([{ type: 'failed', message, lacksWebGpu: false }]);
    expect(statuses().at(-1)).toBe('stopped');
  });
});

test('a view that cannot be left is reported, and the trainer is destroyed', async () => {
  const trainer = await run();
  views.leave = () => Promise.reject(new Error('the view fails'));
  trainer.end.reject(new Error('the run fails'));
  await settle();
  expect(told('failed').map(({ message }) => message)).toEqual(['the view fails', 'the run fails']);
  expect(trainer.destroy).toHaveBeenCalledOnce();
});

describe('a file', () => {
  const ask = (): void => studio.handle({ type: 'file', kind: 'checkpoint' });

  test('of no run is not made', async () => {
    const first = await run();
    const later = new Later<Trainer>();
    vi.mocked(createTrainer).mockReturnValueOnce(later.promise);
    begin();
    await settle();
    first.save = () => Promise.reject(new Error('the trainer was destroyed'));
    ask();
    await settle();
    expect([...told('file'), ...told('failed')]).toEqual([]);
    expect(statuses().at(-1)).toBe('preparing');
  });

  test('that fails leaves the run as it is', async () => {
    const trainer = await run();
    trainer.save = () => Promise.reject(new Error('no memory'));
    ask();
    await settle();
    expect(told('failed').map(({ message }) => message)).toEqual(['no memory']);
    expect(statuses()).toEqual(['preparing', 'training']);
  });

  test('of a run that is replaced meanwhile fails without a word', async () => {
    const [trainer, saving] = [await run(), new Later<Uint8Array>()];
    trainer.save = () => saving.promise;
    ask();
    await run();
    saving.reject(new Error('the trainer was destroyed'));
    await settle();
    expect(told('failed')).toEqual([]);
  });
});

describe("a world of somebody's own", () => {
  const description = JSON.stringify({
    ...{ id: 'Mine-v0', source: 'made up', maxEpisodeSteps: 5, action: { type: 'discrete', n: 2 } },
    observation: [{ name: 'place', low: -1, high: 1 }],
  });
  const world = { template: undefined, shader: 'struct State {}', description };
  const ask = (changes: object = {}): void =>
    studio.handle({ type: 'begin', setup: { ...SETUP, environment: { ...world, ...changes } } });

  test('takes over once it is ready; the run at hand goes on until then', async () => {
    const [first, second, later] = [await run(), new WaitingTrainer(), new Later<Trainer>()];
    vi.mocked(createTrainer).mockReturnValueOnce(later.promise);
    ask();
    await settle();
    expect(statuses()).toEqual(['preparing', 'training']);
    expect(first.destroy).not.toHaveBeenCalled();
    later.resolve(asTrainer(second));
    await settle();
    expect(first.destroy).toHaveBeenCalledOnce();
    expect(told('begun').map(({ run: { environment } }) => environment)).toEqual([
      'CartPole-v1',
      'Mine-v0',
    ]);
    expect(statuses()).toEqual(['preparing', 'training', 'preparing', 'training']);
  });

  test('with a mistake leaves the run at hand as it is', async () => {
    const first = await run();
    ask({ description: '{' });
    await settle();
    expect(told('mistakes').flatMap(({ mistakes }) => mistakes)).toEqual([
      expect.objectContaining({ part: 'description', line: 1 }),
    ]);
    expect(told('failed')).toEqual([]);
    expect(statuses()).toEqual(['preparing', 'training']);
    expect(first.destroy).not.toHaveBeenCalled();
  });

  test('with a mistake stops where no run is at hand', async () => {
    ask({ description: '{' });
    await settle();
    expect(told('mistakes').length).toBe(1);
    expect(statuses()).toEqual(['preparing', 'stopped']);
  });

  test('that is ready after another run was asked for does not begin', async () => {
    const [, second, later] = [await run(), new WaitingTrainer(), new Later<Trainer>()];
    vi.mocked(createTrainer).mockReturnValueOnce(later.promise);
    ask();
    await settle();
    const third = await run();
    later.resolve(asTrainer(second));
    await settle();
    expect(second.destroy).toHaveBeenCalledOnce();
    expect(third.destroy).not.toHaveBeenCalled();
    expect(told('begun').length).toBe(2);
  });

  test('whose turn is taken while the run before still ends leaves no trainer', async () => {
    const [first, second, ending] = [await run(), new WaitingTrainer(), new Later<void>()];
    views.leave = () => ending.promise;
    vi.mocked(createTrainer).mockResolvedValueOnce(asTrainer(second));
    ask();
    await settle();
    const third = run();
    ending.resolve();
    await third;
    await settle();
    expect(first.destroy).toHaveBeenCalledOnce();
    expect(second.destroy).toHaveBeenCalledOnce();
    expect(told('begun').length).toBe(2);
  });

  test('and the run at hand open one device between them where theirs is lost', async () => {
    const [first, restored] = [await run(), new WaitingTrainer()];
    vi.mocked(restoreTrainer).mockResolvedValueOnce(asTrainer(restored));
    vi.mocked(createTrainer).mockReturnValueOnce(new Promise(() => {}));
    const [second, opened] = [deviceOf(), new Later<Gpu>()];
    const request = vi.mocked(requestGpu).mockClear().mockReturnValue(opened.promise);
    const lost = lose(first);
    ask();
    await lost;
    opened.resolve(second as unknown as Gpu);
    await settle();
    expect(request).toHaveBeenCalledOnce();
    expect(told('restored').length).toBe(1);
  });
});

test('a checkpoint of an environment on the host leaves the run at hand as it is', async () => {
  const trainer = await run();
  const environment = { ...TINY_ENVIRONMENT, host: {} };
  vi.mocked(decodeCheckpoint).mockReturnValueOnce({ ...CHECKPOINT, environment });
  studio.handle({ type: 'load', bytes: new Uint8Array(1) });
  await settle();
  expect(told('failed').map(({ message }) => message)).toEqual([
    'The file is a run of Tiny-v0, which steps on the host; the page can only continue runs of ' +
      'environments that step on the device',
  ]);
  expect(trainer.destroy).not.toHaveBeenCalled();
});

test.each([
  [new GpuError('the browser offers no WebGPU adapter'), true],
  [new Error('requestDevice: out of memory'), false],
])('%s: whether that is for want of WebGPU is %s', async (error, lacksWebGpu) => {
  vi.mocked(requestGpu).mockRejectedValueOnce(error);
  begin();
  await settle();
  expect(told('failed')).toEqual([{ type: 'failed', message: error.message, lacksWebGpu }]);
});
