/** Observations that are kept as bits: runs are those with numbers, bit for bit, in less memory. */
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import type { PpoConfig } from '../../src/config/ppo-config';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { loadPolicy } from '../../src/export/host-policy';
import { PlayedRollout } from '../../src/rollout/played-rollout';
import { createTask } from '../../src/rollout/task';
import { actOnDevice } from '../../src/trainer/act-on-device';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { PlayedStep } from '../../src/trainer/played-step';
import { recordObservations } from '../../src/trainer/record-observations';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { constantReward } from '../network/constant-reward';
import { openTestGpu } from '../support/gpu';
import { MEADOW_SIZE, meadow, shownBy } from '../support/meadow';
import { readFloats, readWords } from '../support/run-dispatches';
import { SMALL, smallTrainer } from './training';

const gpu = await openTestGpu();

/** What one rollout of a run holds, and where its parameters are at the end. */
async function resultsOf(trainer: Trainer) {
  const reports = [];
  for await (const { agents } of trainer) reports.push(agents);
  const { actions, logProbs, rewards, endings } = trainer.run.rollout;
  return {
    reports,
    actions: await readFloats({ gpu }, actions),
    logProbs: await readFloats({ gpu }, logProbs),
    rewards: await readFloats({ gpu }, rewards),
    endings: await readWords({ gpu }, endings),
    parameters: await trainer.parameters(),
    evaluation: await trainer.evaluate({ episodes: 7, maxSteps: 30 }),
  };
}

type Case = [
  name: string,
  config: Partial<PpoConfig>,
  changes?: Partial<EnvironmentDefinition>,
  given?: Parameters<typeof smallTrainer>[2],
];

const CASES: readonly Case[] = [
  ['one agent', {}],
  ['three agents', { numAgents: 3, learningRate: [1e-3, 1e-2, 3e-4], hiddenSizes: [17, 9] }],
  ['masks', { numAgents: 3, numEnvs: 7, numMinibatches: 3 }, { actionMask: true }],
  ['no time limit', { numEnvs: 4 }, { maxEpisodeSteps: null }],
  ['a shared trunk, advantages made anew', { sharedTrunk: true, recomputeAdvantages: true }],
  [
    'groups',
    { advantageEstimator: 'group', numEnvs: 6, groupSize: 3, clipVloss: false, vfCoef: 0 },
  ],
  ['a reference', { refKlCoef: 0.1, refKlRewardCoef: 0.1, numAgents: 3 }],
  ['value heads', {}, {}, { valueHeads: [constantReward(1, 0.9, 1)] }],
  ['whole environments', { minibatchBy: 'environments', numMinibatches: 5 }],
];

describe.each<Case>(CASES)('%s', (_, config, changes, given) => {
  const train = async (format: 'bits' | 'f32') => {
    const trainer = await smallTrainer(config, meadow(format, changes), given);
    const results = await resultsOf(trainer);
    trainer.destroy();
    return results;
  };

  test('bits and numbers give the same actions, rewards, losses and parameters', async () => {
    const [bits, numbers] = [await train('bits'), await train('f32')];
    expect(bits).toEqual(numbers);
    expect(new Set(bits.actions).size).toBeGreaterThan(2);
    if (changes?.maxEpisodeSteps === undefined)
      expect(Math.max(...bits.endings)).toBeGreaterThan(1);
    expect(bits.reports.length).toBeGreaterThan(2);
  });
});

test.runIf(gpu.device.features.has('shader-f16'))('half precision changes no bit', async () => {
  const plain = await smallTrainer({}, meadow('bits'));
  const half = await smallTrainer({ storage: 'f16' }, meadow('bits'));
  const observed = async ({ run }: Trainer) => readWords({ gpu }, run.rollout.observations);
  for await (const _ of plain) break;
  for await (const _ of half) break;
  expect(half.run.rollout.observations.bytes).toBe(plain.run.rollout.observations.bytes);
  expect((await observed(half)).slice(0, 3 * 8)).toEqual((await observed(plain)).slice(0, 3 * 8));
  plain.destroy();
  half.destroy();
});

test('an environment takes words instead of numbers', async () => {
  const config = { numAgents: 3, numEnvs: 13, numSteps: 20 };
  const [bits, numbers] = await Promise.all(
    (['bits', 'f32'] as const).map((format) => smallTrainer(config, meadow(format))),
  );
  // 20 + 1 rows and three of final observations, of 16 columns.
  const shape = (rows: number) => [3, 24, rows, 16];
  expect(numbers!.run.rollout.observations.shape).toEqual(shape(MEADOW_SIZE));
  expect(bits!.run.rollout.observations.shape).toEqual(shape(3));
  expect(bits!.run.rollout.observations.bytes).toBe(4 * 3 * 24 * 3 * 16);
  expect(bits!.run.rollout.inputs).toBe(bits!.run.rollout.observations);
  for (const trainer of [bits!, numbers!]) trainer.destroy();
});

/** A run whose unpacked rows are far fewer than those of its rollout. */
test('the memory of unpacked rows has a bound', async () => {
  const config = { numAgents: 2, numEnvs: 61, numSteps: 128, numMinibatches: 4 };
  const [bits, numbers] = [
    await smallTrainer(config, meadow('bits')),
    await smallTrainer(config, meadow('f32')),
  ];
  const { unpacked, observations, sizes } = bits.run.rollout;
  expect(unpacked!.bytes).toBeLessThanOrEqual(2 ** 22);
  expect(unpacked!.shape[1]).toBeLessThan(sizes.rows);
  expect(observations.bytes).toBe((numbers.run.rollout.observations.bytes * 3) / MEADOW_SIZE);
  const one = await bits[Symbol.asyncIterator]().next();
  const other = await numbers[Symbol.asyncIterator]().next();
  expect(one.value!.agents).toEqual(other.value!.agents);
  for (const trainer of [bits, numbers]) trainer.destroy();
});

test('what is played shows the bits of its states', async () => {
  const trainer = await smallTrainer({}, meadow('bits'));
  const steps: PlayedStep[] = [];
  for await (const step of trainer.play({ episodes: 5 })) steps.push(step);
  trainer.destroy();
  expect(steps.length).toBeGreaterThan(10);
  for (const { state, observation, nextState, nextObservation, truncated, terminated } of steps) {
    expect(observation).toEqual(shownBy(state));
    if (!truncated && !terminated) expect(nextObservation).toEqual(shownBy(nextState));
  }
});

test('a rollout read by the host shows final observations, too', async () => {
  const [bits, numbers] = await Promise.all(
    (['bits', 'f32'] as const).map(async (format) => {
      const trainer = await smallTrainer({}, meadow(format));
      await trainer[Symbol.asyncIterator]().next();
      const { run } = trainer;
      const task = await createTask(gpu, meadow(format));
      const played = await PlayedRollout.read(gpu, task, run.rollout);
      const rows = Array.from({ length: run.rollout.sizes.rows }, (_, row) =>
        [0, 1, 2, 3, 4].map((n) => played.observation(0, row, n)),
      );
      trainer.destroy();
      return rows;
    }),
  );
  expect(bits).toEqual(numbers);
  // The last two rows are slots.
  expect(bits!.slice(-2).flat(2)).toContain(1);
});

test('policies act alike on the device and the host, on what was recorded', async () => {
  const [bits, numbers] = await Promise.all(
    (['bits', 'f32'] as const).map(async (format) => {
      const environment = meadow(format, { actionMask: true });
      const trainer = await smallTrainer({}, environment);
      const bytes = await trainer.save();
      const saved = { environment, config: trainer.config, policy: await trainer.policy() };
      trainer.destroy();
      const inputs = await recordObservations(gpu, saved, { environments: 3, steps: 7 });
      const decisions = await actOnDevice(gpu, saved, inputs);
      const host = await loadPolicy(bytes);
      const actions = inputs.observations.map(
        (observation, n) => host.act(observation, { mask: inputs.masks![n]! }).action,
      );
      return { inputs, decisions, actions };
    }),
  );
  expect(bits).toEqual(numbers);
  expect(bits!.inputs.observations.flatMap((row) => [...row])).toContain(1);
  expect(bits!.decisions.actions.map(([action]) => action)).toEqual(bits!.actions.flat());
});

test('a checkpoint goes on as if it had never stopped', async () => {
  const environment = meadow('bits');
  const whole = await smallTrainer({}, environment);
  const results = await resultsOf(whole);
  whole.destroy();
  const begun = await smallTrainer({}, environment);
  await begun[Symbol.asyncIterator]().next();
  const bytes = await begun.save();
  begun.destroy();
  const resumed = await restoreTrainer({ gpu, checkpoint: bytes });
  for await (const _ of resumed);
  expect(await resumed.parameters()).toEqual(results.parameters);
  resumed.destroy();
});

test('bits are layered, and a plan or a normalizer that does not fit is refused', async () => {
  const config = { ...SMALL, hiddenSizes: [8, 8] };
  const small = { observation: meadow('bits').observation.slice(0, 12) };
  const trainer = await smallTrainer(config, meadow('bits', small));
  expect(trainer.plan.forward.kind).toBe('layered');
  expect(trainer.whyNotFused).toBe('observations of bits are not fused');
  trainer.destroy();
  const normalized = { gpu, environment: meadow('bits'), config: { ...SMALL, normObs: true } };
  await expect(createTrainer(normalized)).rejects.toThrow(ConfigError);
  await expect(createTrainer(normalized)).rejects.toThrow(
    'normObs is true, but the observations of Meadow-v0 are bits, which are not normalized; ' +
      'normObs must be false',
  );
});
