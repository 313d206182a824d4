/** A run that is saved as bytes and restored elsewhere goes on as if it had never stopped. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { pendulum } from '../../src/environments/pendulum';
import { LAYERED } from '../../src/network/kernel-plan';
import { createTrainer } from '../../src/trainer/create-trainer';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { openTestGpu } from '../support/gpu';
import { SMALL } from './training';

const gpu = await openTestGpu();
const BATCH = 60;
const ITERATIONS = 40;
/** Random places at which a run is cut, in all. */
const CUTS = 100;

const RUN: Partial<PpoConfig> = {
  ...SMALL,
  totalTimesteps: BATCH * ITERATIONS,
  hiddenSizes: [7, 5],
};
const GROUPS: Partial<PpoConfig> = {
  ...{ advantageEstimator: 'group', groupSize: 5, vfCoef: 0, clipVloss: false },
};
const NORMALIZED: Partial<PpoConfig> = { normObs: true, normReward: true };
const REFERENCE: Partial<PpoConfig> = { refKlCoef: 0.1, refKlRewardCoef: 0.1 };
const FOUR: Partial<PpoConfig> = { numAgents: 4, learningRate: [1e-3, 1e-2, 3e-4, 1e-3] };

const CASES: readonly (readonly [string, Partial<PpoConfig>, EnvironmentDefinition])[] = [
  ['linear schedules', { annealLr: 'linear', annealEnt: 'linear', annealClip: true }, cartpole],
  ['cosine schedules', { annealLr: 'cosine', annealClip: 'cosine' }, pendulum],
  ['a rate that adapts to the divergence', { annealLr: 'kl-adaptive', ...FOUR }, cartpole],
  ['an end at a divergence', { targetKl: 0.01, learningRate: 0.01 }, cartpole],
  ['normalizers', { ...NORMALIZED, clipReward: 5 }, pendulum],
  ['normalizers of four agents', { ...NORMALIZED, ...FOUR }, pendulum],
  ['a reference policy', REFERENCE, cartpole],
  ['a reference policy, normalized', { ...REFERENCE, ...NORMALIZED }, pendulum],
  ['groups', GROUPS, cartpole],
  ['layered kernels', { hiddenSizes: [9, 7, 5], layerNorm: true }, cartpole],
];

/** mulberry32 */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What iterations from now on report, without the clock, and the state at the end as words. */
async function finish(trainer: Trainer) {
  const reports: unknown[] = [];
  for await (const { iteration, iterations, timesteps, agents } of trainer) {
    reports.push({ iteration, iterations, timesteps, agents });
  }
  const { tensors, counters } = await trainer.snapshot();
  const words = Object.entries(tensors).map(([name, { data }]) => [
    name,
    new Uint32Array(data.buffer, data.byteOffset, data.length),
  ]);
  trainer.destroy();
  return { reports, words, counters: { ...counters, seconds: 0 } };
}

describe.each(CASES)('with %s', (name, changes, environment) => {
  const random = randomNumbers(name.length);
  const cuts = Array.from({ length: CUTS / CASES.length }, () =>
    Math.floor(random() * ITERATIONS),
  ).sort((a, b) => a - b);

  test(`cut after ${cuts.join(', ')} iterations`, async () => {
    const config = { ...RUN, ...changes };
    const trainer = await createTrainer({ gpu, environment, config });
    const saved = new Map<number, Uint8Array>();
    const reports: unknown[] = [];
    if (cuts.includes(0)) saved.set(0, await trainer.save());
    for await (const { iteration, iterations, timesteps, agents } of trainer) {
      if (cuts.includes(iteration)) saved.set(iteration, await trainer.save());
      reports.push({ iteration, iterations, timesteps, agents });
    }
    const whole = await finish(trainer);
    expect(reports.length).toBe(ITERATIONS);
    for (const [cut, checkpoint] of saved) {
      const resumed = await finish(await restoreTrainer({ gpu, checkpoint }));
      expect(resumed.reports).toEqual(reports.slice(cut));
      expect(resumed.words).toEqual(whole.words);
      expect(resumed.counters).toEqual(whole.counters);
    }
  });
});

describe('a resumed run', () => {
  const saved = (async () => {
    const trainer = await createTrainer({ gpu, environment: cartpole, config: RUN });
    for await (const { iteration } of trainer) if (iteration === 3) break;
    const bytes = await trainer.save();
    trainer.destroy();
    return bytes;
  })();

  test('names what has changed', async () => {
    const notes: string[] = [];
    const trainer = await restoreTrainer({
      ...{ gpu, checkpoint: await saved, plan: LAYERED },
      config: { totalTimesteps: 100 * BATCH, learningRate: 5e-4 },
      note: (sentence) => notes.push(sentence),
    });
    expect(notes).toEqual([
      'totalTimesteps: 2400 → 6000',
      'learningRate: 0.001 → 0.0005',
      expect.stringMatching(
        /^the kernels were forward .* and are layered now; results agree within rounding$/,
      ),
    ]);
    expect(trainer.config.totalTimesteps).toBe(6000);
    for await (const { iteration, iterations, agents } of trainer) {
      expect([iteration, iterations]).toEqual([4, 100]);
      expect(agents[0]!['charts/learning_rate']).toBeCloseTo(5e-4 * (97 / 100), 8);
      break;
    }
    trainer.destroy();
  });

  test.each<readonly [Partial<PpoConfig>, RegExp]>([
    [{ numEnvs: 6 }, /numEnvs is 5 and cannot change to 6 when a run is resumed; begin another/],
    [{ hiddenSizes: [7] }, /hiddenSizes is \[7,5\] and cannot change to \[7\]/],
    [{ seed: 3 }, /seed is 2 and cannot change to 3/],
    [{ totalTimesteps: 60 }, /iteration is 3; it must be an integer from 0 to 1.*totalTimesteps/],
    [{ gamma: 2 }, /gamma is 2; it must be/],
  ])('with %j is refused', async (config, message) => {
    const checkpoint = await saved;
    await expect(restoreTrainer({ gpu, checkpoint, config })).rejects.toThrow(message);
  });

  test('of another environment is refused', async () => {
    const environment = { ...cartpole, params: { ...cartpole.params, FORCE: 11 } };
    const checkpoint = await saved;
    await expect(restoreTrainer({ gpu, checkpoint, environment })).rejects.toThrow(
      /environment CartPole-v1 differs from that of the checkpoint, CartPole-v1, in params/,
    );
  });

  test('takes an environment whose keys have another order', async () => {
    const reversed = Object.fromEntries(Object.entries(cartpole.action).reverse());
    const environment = { ...cartpole, action: reversed as unknown as typeof cartpole.action };
    const trainer = await restoreTrainer({ gpu, checkpoint: await saved, environment });
    trainer.destroy();
  });

  test('tells bounds that are not finite apart', async () => {
    const bounded = (high: number) => ({
      ...pendulum,
      action: { ...pendulum.action, high: [high] } as typeof pendulum.action,
    });
    const config = { ...RUN, numAgents: 1 };
    const trainer = await createTrainer({ gpu, environment: bounded(Infinity), config });
    const checkpoint = await trainer.save();
    trainer.destroy();
    await expect(
      restoreTrainer({ gpu, checkpoint, environment: bounded(Number.MAX_VALUE) }),
    ).rejects.toThrow(/differs from that of the checkpoint, Pendulum-v1, in action/);
    (await restoreTrainer({ gpu, checkpoint, environment: bounded(Infinity) })).destroy();
  });

  test('may turn a reference policy on, which is its own, and off again', async () => {
    const checkpoint = await saved;
    const on = await restoreTrainer({ gpu, checkpoint, config: { refKlCoef: 0.1 } });
    const { parameters, reference } = (await on.snapshot()).tensors;
    expect(reference).toEqual(parameters);
    for await (const { agents } of on) {
      expect(agents[0]!['losses/reference_kl']).toBeGreaterThan(0);
      break;
    }
    const off = await restoreTrainer({
      ...{ gpu, checkpoint: await on.save(), config: { refKlCoef: 0 } },
    });
    expect((await off.snapshot()).tensors.reference).toBeUndefined();
    on.destroy();
    off.destroy();
  });

  test('may have other minibatches', async () => {
    const config = { numMinibatches: 3, updateEpochs: 1 };
    const trainer = await restoreTrainer({ gpu, checkpoint: await saved, config });
    for await (const { agents } of trainer) {
      expect(agents[0]!['charts/updates']).toBe(3);
      break;
    }
    trainer.destroy();
  });
});
