/** Environments that begin at different ages: when their first episodes are cut, what counts. */
import { expect, test } from 'vitest';
import { checkConfig } from '../../src/config/check';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';
import { pendulum } from '../../src/environments/pendulum';
import { EPISODE_WORD, EPISODE_WORDS } from '../../src/rollout/episode';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import { DRIFT, drift } from '../environments/drift';
import { openTestGpu } from '../support/gpu';
import { openRuntime, readFloats } from '../support/run-dispatches';
import { openWorld, playActions, readRollout, reset } from '../support/world';
import { allReports, smallTrainer } from '../trainer/training';

const gpu = await openTestGpu();
const [ENVS, STEPS, LIMIT] = [5, 33, 10];
/** Nothing ends an episode but the clock. */
const lasting = drift(DRIFT.replace('> 3.0', '> 300.0'), { maxEpisodeSteps: LIMIT });

test('first episodes are cut one after another, later ones have their length', async () => {
  const runtime = await openRuntime();
  const mode = { greedy: false, episodeLimit: 0, groupSize: 0, staggered: true };
  const world = await openWorld(runtime, { environment: lasting, envs: ENVS, steps: STEPS, mode });
  await reset(world);
  await playActions(
    world,
    Array.from({ length: STEPS }, () => Array.from({ length: ENVS }, () => 1)),
  );
  const { endings } = await readRollout(world);
  const words = await readFloats(runtime, world.environments.episodes);
  for (let n = 0; n < ENVS; n++) {
    const ages = [0, 2, 4, 6, 8];
    const cuts = endings.flatMap((row, t) => (row[n]! >= 2 ? [t + 1] : []));
    const first = LIMIT - ages[n]!;
    expect(cuts).toEqual(
      [first, first + LIMIT, first + 2 * LIMIT, first + 3 * LIMIT].filter((t) => t <= STEPS),
    );
    // Every cut has a slot of its own.
    expect(new Set(endings.map((row) => row[n]).filter((code) => code! >= 2)).size).toBe(
      cuts.length,
    );
    const word = (name: keyof typeof EPISODE_WORD) => words[n * EPISODE_WORDS + EPISODE_WORD[name]];
    // The episode that was cut short counts in no statistic.
    const counted = cuts.length - Number(n > 0);
    expect([word('count'), word('meanLength'), word('meanReturn')]).toEqual([
      counted,
      LIMIT,
      LIMIT,
    ]);
  }
  runtime.arena.destroy();
  runtime.kernels.destroy();
});

const RUN: Partial<PpoConfig> = {
  ...{ staggerResets: true, numEnvs: 16, numSteps: 25, numMinibatches: 4 },
  totalTimesteps: 10 * 400,
};

test.each([[[4, 3]], [[4]]])('the episodes of a run end evenly, %j', async (hiddenSizes) => {
  const endsOf = async (staggerResets: boolean): Promise<number[]> => {
    const trainer = await smallTrainer({ ...RUN, hiddenSizes, staggerResets }, pendulum);
    const reports = await allReports(trainer);
    trainer.destroy();
    return reports.map(({ agents }) => agents[0]!.episodes.count);
  };
  expect(await endsOf(false)).toEqual([0, 0, 0, 0, 0, 0, 0, 16, 0, 0]);
  // In 200 steps every environment ends once; the first episodes of all but one do not count.
  expect(await endsOf(true)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 2, 2]);
});

test('a run goes on from a checkpoint bit for bit', async () => {
  const trainer = await smallTrainer(RUN, pendulum);
  for await (const { iteration } of trainer) if (iteration === 4) break;
  const checkpoint = await trainer.save();
  await allReports(trainer);
  const resumed = await restoreTrainer({ gpu, checkpoint });
  await allReports(resumed);
  expect((await resumed.snapshot()).tensors).toEqual((await trainer.snapshot()).tensors);
  trainer.destroy();
  resumed.destroy();
});

test('no spread of ages without a limit, and none where every rollout restarts', () => {
  const check = (config: Partial<PpoConfig>, maxEpisodeSteps: number | null) => () =>
    checkConfig({ ...DEFAULT_CONFIG, ...config }, { ...pendulum, maxEpisodeSteps });
  expect(check({ staggerResets: true }, 2 ** 31 - 1)).not.toThrow();
  expect(check({ staggerResets: false }, null)).not.toThrow();
  expect(check({ staggerResets: true }, null)).toThrow(
    'staggerResets is true, but maxEpisodeSteps of Pendulum-v1 is null; it must be an integer ' +
      'from 1 to 2147483647, or staggerResets false',
  );
  expect(check({ staggerResets: true }, 2 ** 31)).toThrow('is 2147483648; it must be');
  const group = { advantageEstimator: 'group', vfCoef: 0, clipVloss: false } as const;
  expect(check({ ...group, staggerResets: true }, 200)).toThrow(
    'staggerResets is true, but with advantageEstimator = group every episode begins with a ' +
      'rollout; staggerResets must be false',
  );
});
