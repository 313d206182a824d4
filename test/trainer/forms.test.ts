/** Every variant of the fused kernels against the layered ones, one iteration each, at odd sizes. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config';
import { acrobot } from '../../src/environments/acrobot';
import { cartpole } from '../../src/environments/cartpole';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { mountainCar } from '../../src/environments/mountain-car';
import { mountainCarContinuous } from '../../src/environments/mountain-car-continuous';
import { pendulum } from '../../src/environments/pendulum';
import { candidateForms, type FusedForm, type KernelForm } from '../../src/network/fused-form';
import type { AgentMetrics } from '../../src/trainer/metrics';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import { turnstile } from '../support/turnstile';
import { allReports, smallTrainer } from './training';

const gpu = await openTestGpu();

/** Two agents; one iteration; a last workgroup that is not full. */
const ODD: Partial<PpoConfig> = {
  numAgents: 2,
  numEnvs: 13,
  numSteps: 22,
  numMinibatches: 2,
  totalTimesteps: 13 * 22,
  hiddenSizes: [11, 5],
};

interface Case {
  readonly environment: EnvironmentDefinition;
  readonly config: Partial<PpoConfig>;
  /** Whether all variants run, or one of each kind. */
  readonly thorough?: boolean;
}

/** A short time limit, so that every rollout has endings of all kinds. */
const limited = (environment: EnvironmentDefinition): EnvironmentDefinition => ({
  ...environment,
  maxEpisodeSteps: 9,
});

const CASES: Readonly<Record<string, Case>> = {
  CartPole: { environment: limited(cartpole), config: {}, thorough: true },
  Acrobot: { environment: limited(acrobot), config: { activation: 'relu' } },
  MountainCar: { environment: limited(mountainCar), config: { normObs: true, normReward: true } },
  MountainCarContinuous: {
    environment: limited(mountainCarContinuous),
    config: { activation: 'elu', squashActions: true, entCoef: 0.01 },
    thorough: true,
  },
  Pendulum: {
    environment: limited(pendulum),
    config: { stateDependentStd: true, clipVloss: false, criticActivation: 'relu' },
  },
  'masked choices': { environment: limited(turnstile), config: { entCoef: 0.02 } },
  'a reference policy': { environment: limited(cartpole), config: { refKlCoef: 0.1 } },
  groups: {
    environment: limited(cartpole),
    config: {
      ...{ advantageEstimator: 'group', groupSize: 3, numEnvs: 12, totalTimesteps: 12 * 22 },
      ...{ clipVloss: false, vfCoef: 0 },
    },
  },
  'wide layers': { environment: limited(cartpole), config: { hiddenSizes: [70, 100] } },
  'wider layers': {
    environment: limited(pendulum),
    config: {
      ...{ hiddenSizes: [150, 40], normObs: true, activation: 'relu' },
      ...{ recomputeAdvantages: true, criticLearningRate: 3e-3 },
    },
  },
  'an early stop of wide layers': {
    environment: limited(cartpole),
    config: { targetKl: 1e-6, hiddenSizes: [70, 100] },
  },
  'an early stop': { environment: limited(cartpole), config: { targetKl: 1e-6 } },
};

async function trainOnce({ environment, config }: Case, form: KernelForm) {
  const trainer = await smallTrainer({ ...ODD, ...config }, environment, { form });
  const [report] = await allReports(trainer);
  const parameters = [...(await trainer.parameters())];
  const used = trainer.form;
  trainer.destroy();
  return { agents: report!.agents, parameters, used };
}

/** The numbers of a report; those that are missing in both are no difference. */
function numbersOf(metrics: AgentMetrics): number[] {
  const values = Object.values(metrics).filter((value) => typeof value === 'number');
  return values.map((value) => (Number.isFinite(value) ? value : -1));
}

/** Every variant that the tuner may choose here; none where there is an obstacle. */
async function formsOf({ environment, config }: Case): Promise<FusedForm[]> {
  const trainer = await smallTrainer({ ...ODD, ...config }, environment, { form: 'layered' });
  const { layout, obstacle } = trainer;
  trainer.destroy();
  return obstacle === undefined ? candidateForms(layout, gpu) : [];
}

/** With their variants; on some adapters there are none for wide layers. */
const FUSED: [string, Case, FusedForm[]][] = [];
for (const [name, given] of Object.entries(CASES)) {
  const forms = await formsOf(given);
  if (forms.length > 0) FUSED.push([name, given, forms]);
}

describe.each(FUSED)('%s', (_, given, all) => {
  const kinds = all.map(({ update }) => update);
  const forms = all.filter(
    ({ update }, index) =>
      given.thorough || (update !== 'samples' && kinds.indexOf(update) === index),
  );
  const layered = trainOnce(given, 'layered');
  const title = '$update $lanes × $updateSamples, $teams, $forward × $forwardSamples, $weights';

  test.each(forms)(title, async (form) => {
    const expected = await layered;
    const fused = await trainOnce(given, form);
    expect(fused.used).toEqual(form);
    expectClose(fused.parameters, expected.parameters, 1e-5);
    for (const [agent, metrics] of fused.agents.entries()) {
      const [actual, wanted] = [numbersOf(metrics), numbersOf(expected.agents[agent]!)];
      expect(actual.length).toBe(wanted.length);
      for (const [index, value] of wanted.entries()) {
        expect(Math.abs(actual[index]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
      }
    }
  });
});

test('wide networks, whose workgroups take several blocks of samples one after the other', async () => {
  // 239 partial gradients of 128 × 128 fit into what an agent may take; 252 blocks are asked for.
  const environment = limited(cartpole);
  const wide: Partial<PpoConfig> = { hiddenSizes: [128, 128], numAgents: 1, updateEpochs: 1 };
  const sizes = { numEnvs: 67, numSteps: 30, numMinibatches: 1, totalTimesteps: 2010 };
  const given = { environment, config: { ...wide, ...sizes } };
  const lanes = gpu.subgroupSize >= 8 ? 8 : 4;
  const form = {
    update: 'samples',
    updateSamples: 8 / lanes,
    teams: 1,
    forward: 'samples',
    forwardSamples: 1,
  } as const;
  const fused = await trainOnce(given, { ...form, lanes, weights: 'storage', handedOut: true });
  const layered = await trainOnce(given, 'layered');
  expectClose(fused.parameters, layered.parameters, 1e-5);
});

describe('networks without a fused form', () => {
  test.each<[string, Partial<PpoConfig>, RegExp]>([
    ['one hidden layer', { hiddenSizes: [7] }, /two hidden layers/],
    ['a shared trunk', { sharedTrunk: true }, /shared trunk/],
    ['normalised layers', { layerNorm: true }, /normalised layers/],
    ['wide layers', { hiddenSizes: [257, 8] }, /wider than (128|256)/],
  ])('%s: the layered kernels run, and the trainer says why', async (_, config, reason) => {
    const trainer = await smallTrainer({ ...ODD, ...config });
    expect(trainer.form).toBeUndefined();
    expect(trainer.obstacle).toMatch(reason);
    trainer.destroy();
    const [form] = await formsOf(CASES.CartPole!);
    const asked = smallTrainer({ ...ODD, ...config }, cartpole, { form: form! });
    await expect(asked).rejects.toThrow(reason);
  });

  test('silu: the rollout is fused, the update layered', async () => {
    const trainer = await smallTrainer({ ...ODD, activation: 'silu' });
    expect(trainer.form?.update).toBe('layered');
    trainer.destroy();
  });
});
