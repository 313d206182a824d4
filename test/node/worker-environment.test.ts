/** Environments on the host that worker threads step. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { HostWorldError } from '../../src/environments/host-world';
import { importDescription } from '../../src/node/environment-module';
import { workerEnvironment } from '../../src/node/worker-environment';
import { createTrainer } from '../../src/trainer/create-trainer';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { hostDrift } from '../environments/host-drift';
import { openTestGpu } from '../support/gpu';
import { ensureBuilt } from '../support/lockstep';
import { SMALL } from '../trainer/training';
import { hostModule } from './host-module';

beforeAll(ensureBuilt);
const gpu = await openTestGpu();
const RUN = { ...SMALL, hiddenSizes: [5] };

async function finish(trainer: Trainer) {
  const agents: unknown[] = [];
  for await (const report of trainer) agents.push(report.agents);
  const { tensors } = await trainer.snapshot();
  trainer.destroy();
  return { agents, tensors };
}

const trained = async (environment: EnvironmentDefinition) =>
  finish(await createTrainer({ gpu, environment, config: RUN }));

test.each([1, 3, 9])('%i threads at most give the run of one thread', async (workers) => {
  const environment = await workerEnvironment(hostModule('drift'), { workers });
  expect(await trained(environment)).toEqual(await trained(hostDrift()));
});

test('a state that threads have saved goes on bit for bit, in as many threads', async () => {
  const path = hostModule('drift');
  const environment = await workerEnvironment(path, { workers: 2 });
  const trainer = await createTrainer({ gpu, environment, config: RUN });
  for await (const { iteration } of trainer) if (iteration === 1) break;
  const checkpoint = await trainer.save();
  trainer.destroy();
  const whole = await trained(hostDrift());
  const resumed = await finish(await restoreTrainer({ gpu, checkpoint, environment }));
  expect(resumed).toEqual({ ...whole, agents: whole.agents.slice(1) });
  const other = await workerEnvironment(path, { workers: 3 });
  await expect(restoreTrainer({ gpu, checkpoint, environment: other })).rejects.toThrow(
    'the worlds were saved by 2 workers (--workers); use as many',
  );
});

test('an episode that its world has truncated once is not truncated again', async () => {
  // Environment 0, in every second step, of which the others have no list.
  const wrong =
    'if (steps % 2) return { observations: places, rewards: places.map(() => 1), ' +
    'terminated: places.map(() => 0), truncated: places.map((_, n) => Number(n === 0)) };';
  const path = hostModule('truncates', wrong, 'truncates: true,');
  const one = (await importDescription(path)) as EnvironmentDefinition;
  const thread = await workerEnvironment(path, { workers: 1 });
  expect(await trained(thread)).toEqual(await trained(one));
});

test('an error of a thread between two steps ends the run', async () => {
  // Threads that do not sleep between requests, so that timers fire there.
  vi.stubEnv('PISCINA_DISABLE_ATOMICS', '1');
  const wrong = "if (steps === 1) setTimeout(() => { throw new Error('stray'); });";
  const environment = await workerEnvironment(hostModule('stray', wrong), { workers: 1 });
  const trainer = await createTrainer({ gpu, environment, config: RUN });
  vi.unstubAllEnvs();
  const run = async (): Promise<void> => {
    for await (const _ of trainer);
  };
  await expect(run()).rejects.toThrow(/step threw Error: stray/);
  trainer.destroy();
});

test('what worlds saved without threads is not restored with threads', async () => {
  const trainer = await createTrainer({ gpu, environment: hostDrift(), config: RUN });
  const checkpoint = await trainer.save();
  trainer.destroy();
  const environment = await workerEnvironment(hostModule('drift'), { workers: 2 });
  await expect(restoreTrainer({ gpu, checkpoint, environment })).rejects.toThrow(
    'the worlds were saved without workers (--workers); restore them without',
  );
});

describe.each([
  [
    'throws',
    "if (steps === 15) throw new RangeError('far out');",
    /step threw RangeError: far out\n +at .*throws\.mjs:21:/,
  ],
  ['loops without end', 'while (steps === 15);', /step has not come back for 2 s \(stepTimeout\)$/],
  ['ends its thread', 'if (steps === 15) process.exit(3);', /step threw Error: /],
  [
    'returns the wrong length',
    'if (steps === 15) return { observations: [], rewards: [], terminated: [] };',
    /step returned observations of the length 0; its length must be [23]$/,
  ],
  [
    'returns what is not finite',
    'if (steps === 15) places[1] = NaN;',
    /step returned an observation of environment \d whose place is NaN; it must be finite$/,
  ],
])('a world that %s in a thread', (name, wrong, message) => {
  test('ends the run with its own error', async () => {
    const path = hostModule(name.replaceAll(' ', '-'), wrong);
    const environment = await workerEnvironment(path, { workers: 2 });
    const trainer = await createTrainer({ gpu, environment, config: RUN });
    const iterations: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { iteration } of trainer) iterations.push(iteration);
    };
    const error = await run().catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(HostWorldError);
    expect((error as Error).message).toMatch(message);
    expect(iterations).toEqual([1]);
    trainer.destroy();
  });
});

test('a module without such an environment is refused', async () => {
  const device = new URL('../../examples/02-own-environment/environment.mjs', import.meta.url);
  await expect(workerEnvironment(device)).rejects.toThrow(
    'environment Reach-v0 does not step on the host, as those of',
  );
  await expect(workerEnvironment(hostModule('drift'), { workers: 0 })).rejects.toThrow(
    'workers is 0; it must be an integer from 1 to 1024',
  );
});
