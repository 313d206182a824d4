/**
 * Runs whose wide layers are multiplied by matrix units; a stand-in takes their part on every
 * adapter.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import type { PpoConfig } from '../../src/config/ppo-config';
import { cartpole } from '../../src/environments/cartpole';
import type { ActorCriticLayout } from '../../src/network/actor-critic';
import {
  type KernelPlan,
  LAYERED,
  LAYERED_ON_MATRIX_UNITS,
  usesMatrixUnits,
} from '../../src/network/kernel-plan';
import { candidatePlans } from '../../src/network/plan-candidates';
import { SHADERS } from '../../src/shader-sources/matrix-units';
import { createTrainer } from '../../src/trainer/create-trainer';
import { tunePlan } from '../../src/trainer/tuner';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import { WITHOUT_UNITS, withUnits } from '../support/matrix-units';
import { allReports, SMALL } from './training';

/** This file's own. */
const sources = SHADERS as Record<string, string>;
beforeEach(() => void Object.assign(sources, WITHOUT_UNITS));

const gpu = await openTestGpu();
const equipped = withUnits(gpu, { M: 8, N: 8, K: 16 });
/** Three hidden layers, which nothing fuses: the second and third are for matrix units. */
const config = { ...SMALL, numEnvs: 16, totalTimesteps: 2 * 16 * 12, hiddenSizes: [20, 24, 16] };

async function layoutOf(fields: Partial<PpoConfig>): Promise<ActorCriticLayout> {
  const trainer = await createTrainer({ gpu, environment: cartpole, config: fields });
  trainer.destroy();
  return trainer.run.layout;
}

async function train(plan: KernelPlan, fields: Partial<PpoConfig> = config) {
  const options = { gpu: equipped, environment: cartpole, config: fields, plan };
  const trainer = await createTrainer(options);
  const reports = await allReports(trainer);
  const parameters = [...(await trainer.parameters())];
  const shaders = new Set(
    trainer.run.stages.flatMap(({ dispatches }) => dispatches.map(({ kernel }) => kernel.name)),
  );
  trainer.destroy();
  return { parameters, shaders, valueLoss: reports.at(-1)!.agents[0]!['losses/value_loss'] };
}

describe.runIf(gpu.subgroupSize > 1)('a device with matrix units', () => {
  test('learns in half precision what it learns without, nearly', async () => {
    const [matrices, layered] = [await train(LAYERED_ON_MATRIX_UNITS), await train(LAYERED)];
    expect(matrices.shaders).toContain('kernels/linear/matrix-units/matrix-units');
    expect(matrices.shaders).toContain('kernels/linear/matrix-units/matrix-units-weights');
    expect(layered.shaders).not.toContain('kernels/linear/matrix-units/matrix-units');
    expect(matrices.parameters).not.toEqual(layered.parameters);
    expectClose(matrices.parameters, layered.parameters, 1e-2);
    expect(matrices.valueLoss).toBeCloseTo(layered.valueLoss, 2);
  });

  test('has them timed by the tuner, where nothing else is to be chosen from too', async () => {
    const tuning = await tunePlan({ gpu: equipped, environment: cartpole, config });
    expect(tuning.timings.map(({ plan }) => plan)).toEqual([LAYERED, LAYERED_ON_MATRIX_UNITS]);
    expect(tuning).toMatchObject({ whyNotFused: undefined, matrixFault: undefined });
  });

  test('may play in f32 and learn in half precision', async () => {
    const fused = { ...config, hiddenSizes: [20, 24] };
    const layout = await layoutOf(fused);
    const [plan] = candidatePlans(layout, equipped, undefined).filter(usesMatrixUnits);
    expect(candidatePlans(layout, gpu, undefined).filter(usesMatrixUnits)).toEqual([]);
    const [half, full] = [await train(plan!, fused), await train(LAYERED, fused)];
    expect(half.shaders).toContain('rollout/fused-rollout');
    expect(half.shaders).toContain('kernels/linear/matrix-units/matrix-units');
    expectClose(half.parameters, full.parameters, 1e-2);
  });

  test('whose products are wrong has them left out by the tuner, which says why', async () => {
    sources['kernels/linear/matrix-units/matrix-tile'] = sources[
      'kernels/linear/matrix-units/matrix-tile'
    ]!.replace('left * right', '0.99 * left * right');
    const tuning = await tunePlan({ gpu: equipped, environment: cartpole, config });
    expect(tuning).toMatchObject({ timings: [], plan: LAYERED });
    expect(tuning.matrixFault).toMatch(/off by/);
  });

  test('is told by the tuner where no layer is wide enough for them', async () => {
    const narrow = { ...config, hiddenSizes: [20, 15, 15] };
    const tuning = await tunePlan({ gpu: equipped, environment: cartpole, config: narrow });
    expect(tuning).toMatchObject({ timings: [], plan: LAYERED });
    expect(tuning.matrixFault).toBe('no layer has 16 neurons or more on both sides');
  });

  test('is not checked again where the choice is remembered', async () => {
    const memory = { get: async () => LAYERED_ON_MATRIX_UNITS, set: async () => {} };
    sources['kernels/linear/matrix-units/matrix-tile'] = 'no WGSL';
    const tuning = await tunePlan({ gpu: equipped, environment: cartpole, config, memory });
    expect(tuning).toMatchObject({
      timings: [],
      plan: LAYERED_ON_MATRIX_UNITS,
      matrixFault: undefined,
    });
  });
});

test('a device without matrix units refuses them', async () => {
  const asked = createTrainer({
    gpu,
    environment: cartpole,
    config,
    plan: LAYERED_ON_MATRIX_UNITS,
  });
  await expect(asked).rejects.toThrow(ConfigError);
});
