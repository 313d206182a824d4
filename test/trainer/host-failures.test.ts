/** A host world that fails ends the run with one error, after which the run can be saved. */
import { describe, expect, test } from 'vitest';
import type { HostEnvironmentDefinition } from '../../src/environments/define-host';
import { type HostWorld, HostWorldError } from '../../src/environments/host-world';
import { decodeCheckpoint } from '../../src/trainer/checkpoint';
import { createTrainer } from '../../src/trainer/create-trainer';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { driftWorld, hostDrift } from '../environments/host-drift';
import { openTestGpu } from '../support/gpu';
import { SMALL } from './training';

const gpu = await openTestGpu();
const [ENVS, STEPS] = [SMALL.numEnvs!, SMALL.numSteps!];
const RUN = { ...SMALL, totalTimesteps: ENVS * STEPS * 5, hiddenSizes: [5] };

/** A world of which one function is replaced from step `from` on. */
function failing(from: number, changes: Partial<HostWorld>): HostEnvironmentDefinition['create'] {
  return (options) => {
    const world = driftWorld(options);
    let steps = 0;
    return {
      ...world,
      step: (actions) => {
        steps += 1;
        if (steps > from && changes.step) return changes.step(actions);
        return world.step(actions);
      },
      reset: (environments, seeds) => {
        if (steps > from && changes.reset) return changes.reset(environments, seeds);
        return world.reset(environments, seeds);
      },
    };
  };
}

/** Trains until the failure; returns the iterations before and the error. */
async function failureOf(trainer: Trainer) {
  const iterations: number[] = [];
  try {
    for await (const { iteration } of trainer) iterations.push(iteration);
  } catch (error) {
    return { iterations, error: error as Error };
  }
  return expect.fail('nothing failed');
}

const good = { observations: new Float32Array(ENVS), rewards: new Float32Array(ENVS) };
const running = new Uint8Array(ENVS);
const AFTER_TWO = 2 * STEPS + 3;

function boom(): never {
  throw new TypeError('the door is shut');
}

const CASES: readonly (readonly [string, Partial<HostWorld>, RegExp])[] = [
  [
    'throws in step',
    { step: boom },
    /step threw TypeError: the door is shut\n +at .*boom .*host-f/,
  ],
  ['throws in reset', { reset: boom }, /reset threw TypeError: the door is shut\n +at /],
  [
    'rejects',
    { step: () => Promise.reject(new Error('no answer')) },
    /step threw Error: no answer\n +at /,
  ],
  ['throws what is no Error', { step: () => Promise.reject('a text') }, /step threw a text$/],
  [
    'hangs',
    { step: () => new Promise(() => {}) },
    /step has not come back for 0.2 s \(stepTimeout\)$/,
  ],
  [
    'returns nothing',
    { step: () => undefined as never },
    /step returned undefined; it must return/,
  ],
  [
    'returns no list',
    { step: () => ({ ...good }) as never },
    /step returned no list terminated; its length must be 5$/,
  ],
  [
    'returns the wrong length',
    { step: () => ({ ...good, terminated: running, rewards: [1, 2] }) },
    /step returned rewards of the length 2; its length must be 5$/,
  ],
  [
    'returns observations of the wrong length',
    { reset: () => ({ observations: [0] }) },
    /reset returned observations of the length 1; its length must be 5$/,
  ],
  [
    'returns a reward that is not finite',
    { step: () => ({ ...good, terminated: running, rewards: [0, 0, NaN, 0, 0] }) },
    /step returned rewards\[2\] = NaN; it must be finite$/,
  ],
  [
    'returns an observation beyond f32',
    { step: () => ({ ...good, terminated: running, observations: [0, 0, 0, 1e39, 0] }) },
    /step returned an observation of environment 3 whose place is Infinity; it must be finite$/,
  ],
];

describe.each(CASES)('a world that %s', (_, changes, message) => {
  test('ends the run with its own error, and the last good iteration is saved', async () => {
    // Episodes end in every iteration, so that environments are reset.
    const short = { maxEpisodeSteps: 4, stepTimeout: 200 };
    const environment = hostDrift(failing(AFTER_TWO, changes), short);
    const trainer = await createTrainer({ gpu, environment, config: RUN });
    const { iterations, error } = await failureOf(trainer);
    expect(error).toBeInstanceOf(HostWorldError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^environment HostDrift-v0: /);
    expect(iterations).toEqual([1, 2]);
    const bytes = await trainer.save();
    await expect(trainer[Symbol.asyncIterator]().next()).rejects.toBe(error);
    trainer.destroy();
    // The same iterations follow as in a run that has never failed but begins new episodes.
    const sound = hostDrift(driftWorld, short);
    const whole = await createTrainer({ gpu, environment: sound, config: RUN });
    for await (const { iteration } of whole) if (iteration === 2) break;
    const { snapshot } = decodeCheckpoint(bytes);
    expect(snapshot.worlds).toBeUndefined();
    expect(snapshot.counters.iteration).toBe(2);
    expect(snapshot.tensors).toEqual((await whole.snapshot()).tensors);
    whole.destroy();
  });
});

test.each([
  ['throws in create', boom, /create threw TypeError: the door is shut\n/],
  ['makes no world', () => ({}) as never, /create returned a world without the function reset$/],
])('a world that %s refuses the trainer', async (_, create, message) => {
  const environment = hostDrift(create);
  const creating = createTrainer({ gpu, environment, config: RUN });
  await expect(creating).rejects.toThrow(message);
});

describe('a run that resumes', () => {
  const halves = async (environment: ReturnType<typeof hostDrift>) => {
    const notes: string[] = [];
    const trainer = await createTrainer({ gpu, environment, config: RUN });
    for await (const { iteration } of trainer) if (iteration === 2) break;
    const checkpoint = await trainer.save();
    trainer.destroy();
    const note = (text: string): void => void notes.push(text);
    const resumed = await restoreTrainer({ gpu, checkpoint, environment, note });
    const agents: unknown[] = [];
    for await (const report of resumed) agents.push(report.agents);
    const { tensors } = await resumed.snapshot();
    resumed.destroy();
    return { notes, agents, tensors };
  };

  test('goes on with the worlds that were saved, bit for bit', async () => {
    const whole = await createTrainer({ gpu, environment: hostDrift(), config: RUN });
    const agents: unknown[] = [];
    for await (const report of whole) agents.push(report.agents);
    const { tensors } = await whole.snapshot();
    whole.destroy();
    const resumed = await halves(hostDrift());
    expect(resumed).toEqual({ notes: [], agents: agents.slice(2), tensors });
  });

  test('begins new episodes without them, and says so', async () => {
    const { save: _, ...unsaved } = driftWorld({ numEnvs: ENVS, seed: 1 });
    expect(unsaved).not.toHaveProperty('save');
    const create: HostEnvironmentDefinition['create'] = (options) => {
      const { save: _save, restore: _restore, ...world } = driftWorld(options);
      return world;
    };
    const { notes, agents } = await halves(hostDrift(create));
    expect(notes).toEqual([
      'the states of HostDrift-v0 were not saved, so its environments begin new episodes',
    ]);
    expect(agents).toHaveLength(3);
  });

  test('needs the description again', async () => {
    const trainer = await createTrainer({ gpu, environment: hostDrift(), config: RUN });
    const checkpoint = await trainer.save();
    trainer.destroy();
    await expect(restoreTrainer({ gpu, checkpoint })).rejects.toThrow(
      'environment HostDrift-v0 steps on the host, and files keep no functions: give its ' +
        'description again (environment; on the command line its module, or --gym)',
    );
  });
});

test('a trainer closes its worlds once, and every evaluation its own', async () => {
  let [made, closed] = [0, 0];
  const create: HostEnvironmentDefinition['create'] = (options) => {
    made += 1;
    const close = (): void => {
      closed += 1;
    };
    return { ...driftWorld(options), close };
  };
  const trainer = await createTrainer({ gpu, environment: hostDrift(create), config: RUN });
  expect([made, closed]).toEqual([1, 0]);
  await trainer.evaluate({ episodes: 3 });
  expect([made, closed]).toEqual([2, 1]);
  trainer.destroy();
  trainer.destroy();
  await new Promise((resolve) => setTimeout(resolve));
  expect([made, closed]).toEqual([2, 2]);
});

test('every world is closed, also one beside a failed one, and one that comes late', async () => {
  const closed: number[] = [];
  let late = (): void => {};
  const create: HostEnvironmentDefinition['create'] = (options) => {
    const { seed } = options;
    const world = { ...driftWorld(options), close: (): void => void closed.push(seed) };
    if (seed === 2) throw new Error('no second one');
    if (seed < 3) return world;
    return new Promise((resolve) => {
      late = () => resolve(world);
    });
  };
  const environment = hostDrift(create, { stepTimeout: 50 });
  const config = { ...RUN, numAgents: 2 };
  const creating = createTrainer({ gpu, environment, config: { ...config, seed: 1 } });
  await expect(creating).rejects.toThrow('no second one');
  await expect.poll(() => closed).toEqual([1]);
  const waiting = createTrainer({ gpu, environment, config: { ...RUN, seed: 3 } });
  await expect(waiting).rejects.toThrow('create has not come back for 0.1 s (stepTimeout)');
  late();
  await expect.poll(() => closed).toEqual([1, 3]);
});

test('a world whose functions may take any time has no timer that fires at once', async () => {
  const create: HostEnvironmentDefinition['create'] = async (options) => {
    const world = driftWorld(options);
    return {
      ...world,
      step: async (actions) => {
        await new Promise((done) => setTimeout(done, 5));
        return world.step(actions);
      },
    };
  };
  const environment = hostDrift(create, { stepTimeout: Number.MAX_SAFE_INTEGER });
  const config = { ...RUN, totalTimesteps: ENVS * STEPS };
  const trainer = await createTrainer({ gpu, environment, config });
  const iterations: number[] = [];
  for await (const { iteration } of trainer) iterations.push(iteration);
  expect(iterations).toEqual([1]);
  trainer.destroy();
});

test('a trainer that is destroyed while its worlds step leaves the device to others', async () => {
  let release = (): void => {};
  let steps = 0;
  const create: HostEnvironmentDefinition['create'] = (options) => {
    const world = driftWorld(options);
    return {
      ...world,
      step: async (actions) => {
        steps += 1;
        // The fourth step waits.
        if (steps === 4) await new Promise<void>((resolve) => (release = resolve));
        return world.step(actions);
      },
    };
  };
  const trainer = await createTrainer({ gpu, environment: hostDrift(create), config: RUN });
  const other = await createTrainer({ gpu, environment: hostDrift(), config: RUN });
  const evaluating = trainer.evaluate({ episodes: 2 });
  evaluating.catch(() => {});
  await expect.poll(() => steps).toBe(4);
  trainer.destroy();
  release();
  await expect(evaluating).rejects.toThrow('destroy');
  for await (const _ of other);
  await gpu.idle();
  other.destroy();
});

test('a snapshot never has the worlds of a later iteration', async () => {
  let steps = 0;
  const create: HostEnvironmentDefinition['create'] = (options) => {
    const world = driftWorld(options);
    return {
      ...world,
      step: (actions) => {
        steps += 1;
        return world.step(actions);
      },
    };
  };
  const trainer = await createTrainer({ gpu, environment: hostDrift(create), config: RUN });
  const run = trainer[Symbol.asyncIterator]();
  await run.next();
  expect((await trainer.snapshot()).worlds).toBeDefined();
  const next = run.next();
  // The rollout of the second iteration is over, and its update under way.
  await expect.poll(() => steps, { interval: 0 }).toBe(2 * STEPS);
  const { worlds, counters } = await trainer.snapshot();
  expect([counters.iteration, worlds]).toEqual([1, undefined]);
  await next;
  expect((await trainer.snapshot()).worlds).toBeDefined();
  trainer.destroy();
});
