/**
 * Runs whose observations, and without fused kernels hidden layers, are stored in half precision.
 */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { type KernelPlan, LAYERED } from '../../src/network/kernel-plan';
import { candidatePlans } from '../../src/network/plan-candidates';
import { openTestGpu } from '../support/gpu';
import { roundHalf } from '../support/half';
import { openRuntime, readFloats } from '../support/run-dispatches';
import { openWorld, playActions, readRollout, reset } from '../support/world';
import { allReports, smallTrainer } from './training';

const gpu = await openTestGpu();

/** What half precision has exactly is seen alike. */
const coarse: EnvironmentDefinition = {
  ...cartpole,
  maxEpisodeSteps: 9,
  shader: cartpole.shader.replace(
    'return Observation(state.position, state.velocity, state.angle, state.angular_velocity);',
    `return Observation(
    round(state.position * 64.0) / 64.0, round(state.velocity * 64.0) / 64.0,
    round(state.angle * 64.0) / 64.0, round(state.angular_velocity * 64.0) / 64.0);`,
  ),
};

const SIZES: Partial<PpoConfig> = { numAgents: 2, numEnvs: 13, numSteps: 22, hiddenSizes: [11, 5] };

async function run(
  environment: EnvironmentDefinition,
  config: Partial<PpoConfig>,
  plan?: KernelPlan,
) {
  const changes = { ...SIZES, totalTimesteps: 13 * 22, ...config };
  const trainer = await smallTrainer(changes, environment, { plan });
  const reports = await allReports(trainer);
  const result = {
    reports: reports.map((report) => report.agents),
    parameters: await trainer.parameters(),
    observationMoments: await readFloats({ gpu }, trainer.state.normalizer.observationMoments),
    used: trainer.plan,
  };
  trainer.destroy();
  return result;
}

async function plansOf(environment: EnvironmentDefinition): Promise<readonly KernelPlan[]> {
  const trainer = await smallTrainer(SIZES, environment, { plan: LAYERED });
  const plans = candidatePlans(trainer.run.layout, gpu, trainer.whyNotFused);
  trainer.destroy();
  return plans;
}

describe.runIf(gpu.device.features.has('shader-f16'))('in half precision', async () => {
  test('the world is coarse', () => expect(coarse.shader).toContain('* 64.0'));

  const fused = (await plansOf(coarse)).filter(({ update }) => update.kind !== 'layered');

  describe.each(fused)('$update.kind $update.lanes × $update.samples', (plan) => {
    test.each<[string, Partial<PpoConfig>]>([
      ['as they are, over three iterations', { totalTimesteps: 3 * 13 * 22 }],
      // Later inputs are no longer exact.
      ['normalized, over one', { normObs: true }],
    ])('observations that it has exactly change nothing, %s', async (_, config) => {
      const [exactly, half] = [
        await run(coarse, config, plan),
        await run(coarse, { ...config, storage: 'f16' }, plan),
      ];
      expect(half.used).toEqual(plan);
      expect(half.parameters).toEqual(exactly.parameters);
      expect(half.reports).toEqual(exactly.reports);
      expect(half.observationMoments).toEqual(exactly.observationMoments);
    });
  });

  const policies = [
    ['fused', undefined],
    ['layered', LAYERED],
  ] as const;

  test.each(policies)('%s: the policy that learns is the one that acted', async (_, plan) => {
    // Before the first step of the optimizer both have the same probabilities, if they see the
    // same.
    for (const normObs of [false, true]) {
      const once = { updateEpochs: 1, numMinibatches: 1, normObs, totalTimesteps: 2 * 13 * 22 };
      const { reports } = await run(cartpole, { ...once, storage: 'f16' }, plan);
      for (const metrics of reports.flat()) {
        expect(Math.abs(metrics['losses/approx_kl'])).toBeLessThan(1e-8);
        expect(Math.abs(metrics['losses/old_approx_kl'])).toBeLessThan(1e-7);
      }
    }
  });

  test('layered: it learns nearly the same', async () => {
    const [exactly, half] = [
      await run(coarse, {}, LAYERED),
      await run(coarse, { storage: 'f16' }, LAYERED),
    ];
    const furthest = Math.max(
      ...half.parameters.map((value, p) => Math.abs(value - exactly.parameters[p]!)),
    );
    // Four steps of 1e-3 at most.
    expect(furthest).toBeGreaterThan(0);
    expect(furthest).toBeLessThan(1e-3);
  });

  test('every observation of a rollout is the nearest that there is', async () => {
    const runtime = await openRuntime();
    const [exactly, half] = await Promise.all(
      (['f32', 'f16'] as const).map(async (storage) => {
        const world = await openWorld(runtime, {
          ...{ environment: { ...cartpole, maxEpisodeSteps: 4 }, envs: 7, steps: 10 },
          config: { storage },
        });
        await reset(world);
        await playActions(
          world,
          Array.from({ length: 10 }, (_, step) =>
            Array.from({ length: 7 }, (_, n) => (step + n) % 2),
          ),
        );
        return { bytes: world.buffer.observations.bytes, ...(await readRollout(world)) };
      }),
    );
    expect(half!.observations.flat(2)).toEqual(exactly!.observations.flat(2).map(roundHalf));
    expect(half!.endings).toEqual(exactly!.endings);
    expect(half!.bytes).toBe(exactly!.bytes / 2);
  });
});

test('a layered run stores hidden layers in f16, a fused one does not store them', async () => {
  const storage = gpu.device.features.has('shader-f16') ? 'f16' : 'f32';
  const [fused, layered] = [
    await smallTrainer({ ...SIZES, storage }),
    await smallTrainer({ ...SIZES, storage }, cartpole, { plan: LAYERED }),
  ];
  expect([fused.run.layout.storage, layered.run.layout.storage]).toEqual(['f32', storage]);
  for (const trainer of [fused, layered]) trainer.destroy();
});
