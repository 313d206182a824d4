/** What of a run is written when, and what happens where it cannot be written. */
import { describe, expect, test } from 'vitest';
import { type OpenRun, RunKeeper, type RunKeeperOptions } from '../../src/cli/run-keeper';
import { completeConfig } from '../../src/config/defaults';
import type { LogEntry } from '../../src/logging/logger';
import type { IterationReport } from '../../src/trainer/metrics';
import type { TrainerSnapshot } from '../../src/trainer/snapshot';
import { makeReport } from './reports';

const SNAPSHOT: TrainerSnapshot = {
  tensors: { episodes: { shape: [1, 0, 15], data: new Float32Array() } },
  counters: { iteration: 0, seconds: 0, evaluations: 0, recentEpisodes: [[]] },
  config: completeConfig(),
};

class Fake {
  readonly written: string[] = [];
  readonly logged: LogEntry[] = [];
  readonly warnings: string[] = [];
  /** Called for every file; may reject. */
  obstacle: (what: string) => Promise<void> = async () => {};
  clock = 0;

  readonly run: OpenRun = {
    path: 'runs/a',
    log: (entry) => void this.logged.push(entry),
    writeCheckpoint: (iteration) => this.write(`checkpoint ${iteration}`),
    writeBest: () => this.write('best'),
    writeFault: () => this.write('fault'),
    writeSummary: async () => void this.written.push('summary'),
    close: async () => void this.written.push('close'),
  };

  private async write(what: string): Promise<string> {
    await this.obstacle(what);
    this.written.push(what);
    return `runs/a/${what}`;
  }

  keeper(interval?: number, bestReturn = -Infinity): RunKeeper {
    return new RunKeeper(this.options(interval, bestReturn));
  }

  options(interval?: number, bestReturn = -Infinity): RunKeeperOptions {
    return {
      ...{ run: this.run, interval, bestReturn, begin: { iteration: 0, timesteps: 0 } },
      trainer: {
        snapshot: async () => SNAPSHOT,
        snapshotBefore: async () => SNAPSHOT,
        save: async () => new Uint8Array(2),
      },
      now: () => this.clock,
      warn: (text) => void this.warnings.push(text),
    };
  }
}

const report = (iteration: number, meanReturn: number, faulty = false): IterationReport => {
  const made = makeReport(iteration, [meanReturn]);
  if (!faulty) return made;
  return { ...made, agents: made.agents.map((agent) => ({ ...agent, fault: 'reward' as const })) };
};

test('a checkpoint every so many iterations, the best, and the last one', async () => {
  const fake = new Fake();
  const keeper = fake.keeper(2, 4);
  for (const [index, mean] of [9, 3, 5, 8, 6].entries()) {
    await keeper.report(report(index + 1, mean));
  }
  await keeper.finish(report(5, 6));
  expect(fake.written).toEqual(['checkpoint 2', 'checkpoint 4', 'best', 'checkpoint 5']);
  await keeper.finish(report(5, 6));
  expect(fake.written.length).toBe(4);
});

test('about every 30 seconds without a number', async () => {
  const fake = new Fake();
  const keeper = fake.keeper();
  for (let iteration = 1; iteration <= 100; iteration++) {
    fake.clock += 1000;
    await keeper.report(report(iteration, Number.NaN));
  }
  await keeper.finish(undefined);
  expect(fake.written).toEqual(['checkpoint 30', 'checkpoint 60', 'checkpoint 90']);
});

test('every report, note, evaluation and the end are logged', async () => {
  const fake = new Fake();
  const keeper = fake.keeper(100);
  await keeper.report(report(3, 1));
  keeper.note('something changed');
  await keeper.end({}, 'stopped');
  expect(fake.logged.map(({ type }) => type)).toEqual(['iteration', 'note', 'end']);
  expect(fake.logged[1]).toMatchObject({ iteration: 3, text: 'something changed' });
  expect(fake.written).toEqual(['summary', 'close']);
});

test('the state before the first faulty iteration in a row, again for the next row', async () => {
  const fake = new Fake();
  const keeper = fake.keeper(100);
  for (const [index, faulty] of [false, true, true, false, true].entries()) {
    await keeper.report(report(index + 1, 1, faulty));
  }
  await keeper.finish(undefined);
  expect(fake.written).toEqual(['fault', 'fault']);
  expect(keeper.faultFile).toBe('runs/a/fault');
});

test('a checkpoint waits for the one before, not for itself', async () => {
  const fake = new Fake();
  const keeper = fake.keeper(1);
  let release = (): void => {};
  fake.obstacle = (what) =>
    what === 'checkpoint 1' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  await keeper.report(report(1, Number.NaN));
  const second = keeper.report(report(2, Number.NaN));
  await Promise.resolve();
  expect(fake.written).toEqual([]);
  release();
  await second;
  await keeper.finish(undefined);
  expect(fake.written).toEqual(['checkpoint 1', 'checkpoint 2']);
});

describe('where files cannot be written', () => {
  test('that is told once, and training goes on', async () => {
    const fake = new Fake();
    const keeper = fake.keeper(1);
    fake.obstacle = async () => {
      throw new Error('runs/a/checkpoints/x: cannot be written: ENOSPC: no space left on device');
    };
    for (let iteration = 1; iteration <= 3; iteration++) await keeper.report(report(iteration, 1));
    await keeper.finish(undefined);
    expect(fake.warnings).toEqual([
      'runs/a/checkpoints/x: cannot be written: ENOSPC: no space left on device; training goes on',
    ]);
    expect(keeper.problem!.message).toMatch(/ENOSPC/);
    expect(fake.logged.length).toBe(3);
  });

  test('later checkpoints are written again once there is room', async () => {
    const fake = new Fake();
    const keeper = fake.keeper(1);
    fake.obstacle = async (what) => {
      if (what === 'checkpoint 1') throw new Error('ENOSPC');
    };
    for (let iteration = 1; iteration <= 2; iteration++) {
      await keeper.report(report(iteration, Number.NaN));
    }
    await keeper.finish(undefined);
    expect(fake.written).toEqual(['checkpoint 2']);
  });
});

test('a failure of the device is logged, once what is being written is complete', async () => {
  const fake = new Fake();
  const keeper = fake.keeper(1);
  await keeper.report(report(1, Number.NaN));
  await keeper.fail(new Error('the device was lost'));
  expect(fake.written).toEqual(['checkpoint 1', 'close']);
  expect(fake.logged.at(-1)).toMatchObject({ type: 'end', reason: 'failed', iteration: 1 });
  expect(fake.logged.at(-1)).toMatchObject({ text: 'the device was lost' });
});

test('a best checkpoint that could not be written does not count as the best', async () => {
  const fake = new Fake();
  const keeper = fake.keeper(1);
  fake.obstacle = async (what) => {
    if (what === 'best' && fake.warnings.length === 0) throw new Error('ENOSPC');
  };
  for (const [index, mean] of [9, 5].entries()) await keeper.report(report(index + 1, mean));
  await keeper.finish(undefined);
  expect(fake.written).toEqual(['checkpoint 1', 'checkpoint 2', 'best']);
});

test('the logs are closed even if the result cannot be written', async () => {
  const fake = new Fake();
  const keeper = new RunKeeper({
    ...fake.options(),
    run: { ...fake.run, writeSummary: async () => Promise.reject(new Error('ENOSPC')) },
  });
  await expect(keeper.end({}, 'finished')).rejects.toThrow('ENOSPC');
  expect(fake.written).toEqual(['close']);
});

test('a checkpoint that fails with the device is told without a word about training', async () => {
  const fake = new Fake();
  const keeper = fake.keeper(1);
  let refuse = (_: Error): void => {};
  fake.obstacle = () => new Promise((_, reject) => (refuse = reject));
  await keeper.report(report(1, 1));
  const failing = keeper.fail(new Error('the device was lost'));
  await new Promise((resolve) => setTimeout(resolve));
  refuse(new Error('ENOSPC'));
  await failing;
  expect(fake.warnings).toEqual(['ENOSPC']);
});
