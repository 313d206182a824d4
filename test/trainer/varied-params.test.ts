/** Params that vary while a run is under way: changes, schedules, evaluations, checkpoints. */
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { Param } from '../../src/environments/param-range';
import { LAYERED } from '../../src/network/kernel-plan';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { shown } from '../environments/varied';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import { wide } from '../support/wide';
import { allReports, smallTrainer } from './training';

const gpu = await openTestGpu();
const BATCH = 60;

const LENGTHS: Param = { low: 0.25, high: 1 };
const withLengths = (param: Param): EnvironmentDefinition => ({
  ...cartpole,
  params: { ...cartpole.params, HALF_LENGTH: param },
});
/** Kernels of the fused rollout and of the layered one. */
const WIDTHS = [[[4, 3]], [[4]]];
const LONG = { totalTimesteps: 10 * BATCH };

async function trainTo(at: number, trainer: Trainer): Promise<Trainer> {
  for await (const { iteration } of trainer) if (iteration === at) break;
  return trainer;
}

/** What the environments have drawn for the first param, as it lies behind the State. */
async function drawnLengths(trainer: Trainer): Promise<number[]> {
  const { data, shape } = (await trainer.snapshot()).tensors.environmentStates!;
  const words = shape.at(-1)!;
  const floats = new Float32Array(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length / words }, (_, n) => floats[n * words + 4]!);
}

describe('nothing is compiled', () => {
  let modules: MockInstance<typeof gpu.device.createShaderModule>;
  let pipelines: MockInstance<typeof gpu.device.createComputePipelineAsync>;
  beforeEach(() => {
    modules = vi.spyOn(gpu.device, 'createShaderModule');
    pipelines = vi.spyOn(gpu.device, 'createComputePipelineAsync');
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const compiled = (): number[] => [modules, pipelines].map(({ mock }) => mock.calls.length);

  test.each(WIDTHS)('for another range, nor for an evaluation of one, %j', async (hiddenSizes) => {
    const trainer = await smallTrainer({ hiddenSizes, ...LONG }, withLengths(LENGTHS));
    await trainTo(2, trainer);
    // The kernels of the layered rollout may have another shape in evaluations.
    await trainer.evaluate({ episodes: 5 });
    const before = compiled();
    expect(before[1]).toBeGreaterThan(5);
    await trainer.setParams({ HALF_LENGTH: { low: 2, high: 3 } });
    await allReports(trainer);
    for (const length of [0.25, 0.5, 1]) {
      await trainer.evaluate({ episodes: 5, params: { HALF_LENGTH: length } });
    }
    expect(compiled()).toEqual(before);
    trainer.destroy();
  });

  test('but the same texts, for a trainer with another range or a schedule', async () => {
    const textsOf = async (param: Param): Promise<string[]> => {
      const before = modules.mock.calls.length;
      (await smallTrainer({ hiddenSizes: [4, 3] }, withLengths(param))).destroy();
      return modules.mock.calls
        .slice(before)
        .map(([{ code }]) => code)
        .sort();
    };
    const texts = await textsOf(LENGTHS);
    expect(texts.length).toBeGreaterThan(5);
    expect(await textsOf({ low: [0.5, 0.1], high: [0.5, 2], until: 0.3 })).toEqual(texts);
    expect(await textsOf({ low: 0.5, high: 0.5 })).toEqual(texts);
  });
});

test('large States lie behind them in memory, as they do without', async () => {
  const plain = wide(256);
  const shader = `${plain.shader.replace('0.01 * action[0]', 'constants::PAY * action[0]')}`;
  const varied = { ...plain, shader, params: { PAY: { low: 0.01, high: 0.01 } } };
  const parameters = async (environment: EnvironmentDefinition): Promise<Float32Array> => {
    const trainer = await smallTrainer({ hiddenSizes: [7, 6] }, environment);
    await allReports(trainer);
    const found = await trainer.parameters();
    trainer.destroy();
    return found;
  };
  expectClose([...(await parameters(varied))], [...(await parameters(plain))], 1e-5);
});

describe('changed params', () => {
  test('are those of the next iteration, and episodes under way keep theirs', async () => {
    const trainer = await smallTrainer(LONG, withLengths(LENGTHS));
    await trainTo(2, trainer);
    const before = await drawnLengths(trainer);
    await trainer.setParams({ HALF_LENGTH: { low: 3, high: 3 } });
    expect(trainer.params.HALF_LENGTH).toEqual({ low: 3, high: 3 });
    await trainTo(3, trainer);
    const after = await drawnLengths(trainer);
    expect(before.every((length) => length >= 0.25 && length <= 1)).toBe(true);
    expect(after.every((length, n) => length === 3 || length === before[n])).toBe(true);
    await allReports(trainer);
    expect(await drawnLengths(trainer)).toContain(3);
    trainer.destroy();
  });

  test('count at once, whatever was in flight', async () => {
    const [a, b] = [
      await smallTrainer(LONG, withLengths(LENGTHS)),
      await smallTrainer(LONG, withLengths(LENGTHS)),
    ];
    await trainTo(3, a);
    await trainTo(3, b);
    await a.setParams({ HALF_LENGTH: 0.7 });
    const checkpoint = await b.save();
    const resumed = await restoreTrainer({ gpu, checkpoint });
    await resumed.setParams({ HALF_LENGTH: { low: 0.7, high: 0.7 } });
    await allReports(a);
    await allReports(resumed);
    expect(await resumed.parameters()).toEqual(await a.parameters());
    await allReports(b);
    expect(await b.parameters()).not.toEqual(await a.parameters());
    for (const trainer of [a, b, resumed]) trainer.destroy();
  });

  test.each<readonly [string, object, string]>([
    [
      'a constant',
      { GRAVITY: 1 },
      'params.GRAVITY is a constant of this run, 9.8; only a param that a run begins with as ' +
        'a range can change, e.g. { low: 9.8, high: 9.8 }',
    ],
    [
      'an unknown name',
      { LENGTH: 1 },
      'params has LENGTH, which is no param of CartPole-v1; its params are GRAVITY, CART_MASS, ' +
        'POLE_MASS, HALF_LENGTH, FORCE',
    ],
    [
      'an impossible range',
      { HALF_LENGTH: { low: 1, high: 0 } },
      'params.HALF_LENGTH.low = 1 must not be above params.HALF_LENGTH.high = 0',
    ],
    [
      'no object',
      5 as unknown as object,
      'params must be an object of numbers or ranges, but it is 5',
    ],
  ])('are refused with nothing changed: %s', async (_, changes, words) => {
    const trainer = await smallTrainer(LONG, withLengths(LENGTHS));
    await expect(trainer.setParams(changes as never)).rejects.toThrow(words);
    await expect(trainer.evaluate({ params: changes as never })).rejects.toThrow(words);
    expect(trainer.params).toEqual(withLengths(LENGTHS).params);
    trainer.destroy();
  });
});

describe('a schedule', () => {
  const schedule: Param = { low: [0.5, 0.25], high: [0.5, 1], until: 0.5 };

  test.each(WIDTHS)('widens the range over training, %j', async (hiddenSizes) => {
    const config = { hiddenSizes, totalTimesteps: 20 * BATCH, numEnvs: 5 };
    const trainer = await smallTrainer(config, withLengths(schedule));
    const widest: number[] = [];
    for await (const { iteration } of trainer) {
      // A step of iteration i is taken when (i - 1) / 20 of training are done.
      const part = Math.min((iteration - 1) / 20 / 0.5, 1);
      for (const length of await drawnLengths(trainer)) {
        expect(length).toBeGreaterThanOrEqual(0.5 - 0.25 * part - 1e-6);
        expect(length).toBeLessThanOrEqual(0.5 + 0.5 * part + 1e-6);
      }
      widest.push(Math.max(...(await drawnLengths(trainer))));
    }
    expect(widest[0]).toBe(0.5);
    expect(Math.max(...widest)).toBeGreaterThan(0.7);
    trainer.destroy();
  });

  test('is evaluated as it is at that point, or with what is given', async () => {
    const trainer = await smallTrainer(LONG, shown({ A: { low: [1, 3], high: [1, 3] } }));
    const seen = async (options: object): Promise<number> => {
      for await (const { observation } of trainer.play({ seed: 1, ...options }))
        return observation[1]!;
      return Number.NaN;
    };
    expect(await seen({})).toBe(1);
    await trainTo(5, trainer);
    expect(await seen({})).toBe(2);
    expect(await seen({ params: { A: 0.125 } })).toBe(0.125);
    expect(await seen({ params: { A: { low: [5, 7], high: [5, 7] } } })).toBe(6);
    await allReports(trainer);
    expect(await seen({})).toBe(3);
    trainer.destroy();
  });

  test('of a checkpoint win over those of the description, and a note says so', async () => {
    const trainer = await smallTrainer({}, withLengths({ low: 0.4, high: 0.6 }));
    const checkpoint = await trainer.save();
    trainer.destroy();
    const notesOf = async (high: number): Promise<string[]> => {
      const notes: string[] = [];
      const note = (text: string): void => void notes.push(text);
      const environment = withLengths({ low: 0.4, high });
      const resumed = await restoreTrainer({ gpu, checkpoint, environment, note });
      expect(resumed.params.HALF_LENGTH).toEqual({ low: 0.4, high: 0.6 });
      resumed.destroy();
      return notes;
    };
    expect(await notesOf(0.6)).toEqual([]);
    const note =
      'params.HALF_LENGTH goes on with the range of the checkpoint; setParams changes it';
    expect(await notesOf(0.9)).toEqual([note]);
  });

  test('that are wrong leave a run that is to be restored as it is', async () => {
    const trainer = await smallTrainer(LONG, withLengths({ low: 0.4, high: 0.6 }));
    await trainTo(2, trainer);
    const snapshot = await trainer.snapshot();
    const wrong = { ...snapshot, params: { HALF_LENGTH: { low: 2, high: 1 } } };
    const config = { ...snapshot.config, learningRate: 0.5 };
    await expect(trainer.restore({ ...wrong, config })).rejects.toThrow('must not be above');
    expect(trainer.config).toEqual(snapshot.config);
    const after = (await trainer[Symbol.asyncIterator]().next()).value;
    expect(after?.iteration).toBe(3);
    trainer.destroy();
  });

  test.each(WIDTHS)('goes on from a checkpoint bit for bit, %j', async (hiddenSizes) => {
    const config = { hiddenSizes, ...LONG, numAgents: 2 };
    const trainer = await smallTrainer(config, withLengths({ low: 0.4, high: 0.6 }));
    await trainTo(2, trainer);
    await trainer.setParams({ HALF_LENGTH: schedule });
    await trainTo(4, trainer);
    const checkpoint = await trainer.save();
    const snapshot = await trainer.snapshot();
    await allReports(trainer);
    // The environment as the run began with it: what was changed is in the checkpoint.
    const environment = withLengths({ low: 0.4, high: 0.6 });
    const resumed = await restoreTrainer({ gpu, checkpoint, environment });
    expect(resumed.params.HALF_LENGTH).toEqual(schedule);
    await allReports(resumed);
    expect((await resumed.snapshot()).tensors).toEqual((await trainer.snapshot()).tensors);
    await resumed.setParams({ HALF_LENGTH: 9 });
    await resumed.restore(snapshot);
    await allReports(resumed);
    expect((await resumed.snapshot()).tensors).toEqual((await trainer.snapshot()).tensors);
    trainer.destroy();
    resumed.destroy();
  });

  test('is the same for fused and for layered kernels', async () => {
    const config = { hiddenSizes: [4, 3], totalTimesteps: 2 * BATCH };
    const fused = await smallTrainer(config, shown({ A: schedule }));
    const layered = await smallTrainer(config, shown({ A: schedule }), { plan: LAYERED });
    const states = async (trainer: Trainer) => {
      await trainTo(1, trainer);
      return (await trainer.snapshot()).tensors.environmentStates;
    };
    expect(await states(layered)).toEqual(await states(fused));
    fused.destroy();
    layered.destroy();
  });
});
