/** Environments on the host train as those on the device do, bit for bit. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import type { HostEnvironmentDefinition } from '../../src/environments/define-host';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { LAYERED } from '../../src/network/kernel-plan';
import { createTrainer } from '../../src/trainer/create-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { DRIFT, drift } from '../environments/drift';
import { driftWorld, hostDrift } from '../environments/host-drift';
import { openTestGpu } from '../support/gpu';
import { SMALL } from './training';

const gpu = await openTestGpu();
const BATCH = 60;
const RUN: Partial<PpoConfig> = { ...SMALL, totalTimesteps: BATCH * 5, hiddenSizes: [7, 5] };

/** As drift, with the masks of driftWorld. */
const MASKED = `${DRIFT.replace('interface::Action;', 'interface::{Action, Mask};')}
fn action_mask(state: State) -> Mask {
  return Mask(state.place > -1.0, state.place < 1.0);
}
`;

/** What a run reports, without the clock, and its whole state at the end as words. */
async function finish(trainer: Trainer) {
  const reports: unknown[] = [];
  for await (const { iteration, timesteps, agents } of trainer) {
    reports.push({ iteration, timesteps, agents });
  }
  const evaluation = await trainer.evaluate({ episodes: 7, perEpisode: true, greedy: false });
  const { tensors, counters } = await trainer.snapshot();
  const words = Object.entries(tensors).map(([name, { data }]) => [
    name,
    [...new Uint32Array(data.buffer, data.byteOffset, data.length)],
  ]);
  trainer.destroy();
  const { recentEpisodes } = counters;
  return { reports, evaluation, recentEpisodes, words: Object.fromEntries(words) };
}

async function trained(environment: EnvironmentDefinition, changes: Partial<PpoConfig>) {
  const config = { ...RUN, ...changes };
  return finish(await createTrainer({ gpu, environment, config, plan: LAYERED }));
}

const GROUPS: Partial<PpoConfig> = {
  ...{ advantageEstimator: 'group', groupSize: 5, vfCoef: 0, clipVloss: false },
};

describe.each<readonly [string, Partial<PpoConfig>]>([
  ['one agent', {}],
  ['three agents', { numAgents: 3, learningRate: [1e-2, 1e-3, 3e-3] }],
  ['normalizers', { normObs: true, normReward: true }],
  ['groups', GROUPS],
])('%s', (_, changes) => {
  test('has the reports, the episodes and the state of a run on the device', async () => {
    const onDevice = await trained(drift(), changes);
    const onHost = await trained(hostDrift(), changes);
    expect(onHost).toEqual(onDevice);
    expect(JSON.stringify(onHost.recentEpisodes).length).toBeGreaterThan(50);
  });
});

test('masks are those that the world returns', async () => {
  const masked = { actionMask: true, maxEpisodeSteps: 9 };
  const onDevice = await trained(drift(MASKED, masked), {});
  const onHost = await trained(hostDrift(driftWorld, masked), {});
  // The State holds the mask beside the observation.
  expect({ ...onHost, words: undefined }).toEqual({ ...onDevice, words: undefined });
  expect(onHost.words.parameters).toEqual(onDevice.words.parameters);
  expect(onHost.words.episodes).toEqual(onDevice.words.episodes);
});

test('fused updates learn from the same rollouts within rounding', async () => {
  const config = { ...RUN, totalTimesteps: BATCH };
  const run = async (environment: EnvironmentDefinition) =>
    finish(await createTrainer({ gpu, environment, config }));
  const [device, host] = [await run(drift()), await run(hostDrift())];
  expect(host.words.episodes).toEqual(device.words.episodes);
});

/** A world that cuts every episode after so many steps itself. */
function cutting(steps: number): HostEnvironmentDefinition['create'] {
  return (options) => {
    const world = driftWorld(options);
    const lengths = new Array<number>(options.numEnvs).fill(0);
    return {
      reset(environments, seeds) {
        for (const n of environments) lengths[n] = 0;
        return world.reset(environments, seeds);
      },
      step(actions) {
        const truncated = lengths.map((length) => length + 1 === steps);
        for (const n of lengths.keys()) lengths[n]! += 1;
        return Object.assign({ truncated }, world.step(actions));
      },
    };
  };
}

test('a world that cuts episodes itself has the truncations of the time limit', async () => {
  const limited = await trained(drift(DRIFT, { maxEpisodeSteps: 4 }), {});
  const cut = await trained(hostDrift(cutting(4), { maxEpisodeSteps: null, truncates: true }), {});
  expect(cut).toEqual(limited);
});

test('a world is asked for steps and resets of all environments, with its own seed', async () => {
  const made: unknown[] = [];
  const create: HostEnvironmentDefinition['create'] = (options) => {
    made.push(options);
    return driftWorld(options);
  };
  await trained(hostDrift(create), { seed: 7, numAgents: 2 });
  const training = [7, 8].map((seed) => ({ numEnvs: SMALL.numEnvs, seed }));
  const evaluating = [7, 8].map((seed) => ({ numEnvs: 7, seed }));
  expect(made).toEqual([...training, ...evaluating]);
});

test('watching shows the observation by name', async () => {
  const trainer = await createTrainer({ gpu, environment: hostDrift(), config: RUN });
  const onDevice = await createTrainer({ gpu, environment: drift(), config: RUN });
  const steps = [];
  for await (const step of trainer.play({ seed: 3 })) steps.push(step);
  const expected = [];
  for await (const step of onDevice.play({ seed: 3 })) expected.push(step);
  expect(steps.length).toBeGreaterThan(3);
  expect(steps).toEqual(expected);
  expect(steps.at(-1)!.nextState).toEqual({ place: steps.at(-1)!.nextObservation[0] });
  trainer.destroy();
  onDevice.destroy();
});
