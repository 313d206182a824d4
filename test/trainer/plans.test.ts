/** Every plan with fused kernels against the layered one, one iteration each, at odd sizes. */
import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { acrobot } from '../../src/environments/acrobot';
import { cartpole } from '../../src/environments/cartpole';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { mountainCar } from '../../src/environments/mountain-car';
import { mountainCarContinuous } from '../../src/environments/mountain-car-continuous';
import { pendulum } from '../../src/environments/pendulum';
import { describePlan, isFused, type KernelPlan, LAYERED } from '../../src/network/kernel-plan';
import { candidatePlans } from '../../src/network/plan-candidates';
import type { AgentMetrics } from '../../src/trainer/metrics';
import { expectClose } from '../reference/expect-close';
import { asHardware, openTestGpu } from '../support/gpu';
import { turnstile } from '../support/turnstile';
import { allReports, smallTrainer } from './training';

const software = await openTestGpu();
const hardware = asHardware(software);

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
  /** Whether all plans of a software adapter run, or those of a GPU, or one of each kind. */
  readonly thorough?: 'software' | 'hardware' | 'both';
}

/** A short time limit, so that every rollout has endings of all kinds. */
const limited = (environment: EnvironmentDefinition): EnvironmentDefinition => ({
  ...environment,
  maxEpisodeSteps: 9,
});

const CASES: Readonly<Record<string, Case>> = {
  CartPole: { environment: limited(cartpole), config: {}, thorough: 'both' },
  Acrobot: { environment: limited(acrobot), config: { activation: 'relu' } },
  MountainCar: { environment: limited(mountainCar), config: { normObs: true, normReward: true } },
  MountainCarContinuous: {
    environment: limited(mountainCarContinuous),
    config: { activation: 'elu', squashActions: true, entCoef: 0.01 },
    thorough: 'software',
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

async function trainOnce({ environment, config }: Case, plan: KernelPlan, gpu = software) {
  const trainer = await smallTrainer({ ...ODD, ...config }, environment, { plan, gpu });
  const [report] = await allReports(trainer);
  const parameters = [...(await trainer.parameters())];
  const used = trainer.plan;
  trainer.destroy();
  return { agents: report!.agents, parameters, used };
}

/** The numbers of a report; those that are missing in both are no difference. */
function numbersOf(metrics: AgentMetrics): number[] {
  const values = Object.values(metrics).filter((value) => typeof value === 'number');
  return values.map((value) => (Number.isFinite(value) ? value : -1));
}

/** Every plan with fused kernels that the tuner may choose on a device. */
async function plansOf({ environment, config }: Case, gpu = software): Promise<KernelPlan[]> {
  const options = { plan: LAYERED, gpu };
  const trainer = await smallTrainer({ ...ODD, ...config }, environment, options);
  const { layout, whyNotFused } = trainer.run;
  trainer.destroy();
  return candidatePlans(layout, gpu, whyNotFused).filter(isFused);
}

type Trained = Awaited<ReturnType<typeof trainOnce>>;

function expectAlike(fused: Trained, expected: Trained): void {
  expectClose(fused.parameters, expected.parameters, 1e-5);
  for (const [agent, metrics] of fused.agents.entries()) {
    const [actual, wanted] = [numbersOf(metrics), numbersOf(expected.agents[agent]!)];
    expect(actual.length).toBe(wanted.length);
    for (const [index, value] of wanted.entries()) {
      expect(Math.abs(actual[index]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
    }
  }
}

/** With their plans; on some adapters there are none for wide layers. */
const FUSED: [string, Case, KernelPlan[], typeof software][] = [];
for (const [name, given] of Object.entries(CASES)) {
  for (const gpu of [software, hardware]) {
    const plans = await plansOf(given, gpu);
    const device = gpu === hardware ? ' as on a GPU' : '';
    if (plans.length > 0) FUSED.push([`${name}${device}`, given, plans, gpu]);
  }
}

describe.each(FUSED)('%s', (_, given, all, gpu) => {
  const kinds = all.map(({ update }) => update.kind);
  const device = gpu === hardware ? 'hardware' : 'software';
  const thorough = given.thorough === 'both' || given.thorough === device;
  const plans = all.filter(
    ({ update: { kind } }, index) =>
      thorough || (kind !== 'lane-per-sample' && kinds.indexOf(kind) === index),
  );
  const layered = trainOnce(given, LAYERED);

  test.each(plans.map((plan) => [describePlan(plan), plan] as const))('%s', async (_, plan) => {
    const expected = await layered;
    const fused = await trainOnce(given, plan, gpu);
    expect(fused.used).toEqual(plan);
    expectAlike(fused, expected);
  });
});

/** One minibatch of 2,010 samples. */
const LARGE: Partial<PpoConfig> = {
  ...{ numAgents: 1, numEnvs: 67, numSteps: 30, totalTimesteps: 2010 },
  ...{ numMinibatches: 1, updateEpochs: 1 },
};

test('several lanes add up the gradients of many tiles on a GPU', async () => {
  const given = { environment: limited(cartpole), config: LARGE };
  const plan = (await plansOf(given, hardware)).find(({ update }) => update.kind === 'tiled')!;
  const tiles = await trainOnce(given, plan, hardware);
  const layered = await trainOnce(given, LAYERED);
  expectAlike(tiles, layered);
});

test.runIf(software.subgroupSize >= 4)(
  'wide networks, whose workgroups take several blocks of samples one after the other',
  async () => {
    // 239 partial gradients of 128 × 128 fit into what an agent may take; 252 blocks are asked for.
    const given = {
      environment: limited(cartpole),
      config: { ...LARGE, hiddenSizes: [128, 128] },
    };
    const lanes = software.subgroupSize >= 8 ? 8 : 4;
    const samples = lanes === 8 ? 1 : 2;
    const fused = await trainOnce(given, {
      forward: { kind: 'lane-per-sample', samples: 1, lanes, broadcast: true },
      update: { kind: 'lane-per-sample', samples, lanes },
    });
    const layered = await trainOnce(given, LAYERED);
    expectAlike(fused, layered);
  },
);

describe('networks without fused kernels', () => {
  test.each<[string, Partial<PpoConfig>, RegExp]>([
    ['one hidden layer', { hiddenSizes: [7] }, /two hidden layers/],
    ['a shared trunk', { sharedTrunk: true }, /shared trunk/],
    ['normalized layers', { layerNorm: true }, /normalized layers/],
    ['wide layers', { hiddenSizes: [257, 8] }, /wider than (128|256)/],
  ])('%s: the layered kernels run, and the trainer says why', async (_, config, reason) => {
    const trainer = await smallTrainer({ ...ODD, ...config });
    expect(trainer.plan).toEqual(LAYERED);
    expect(trainer.whyNotFused).toMatch(reason);
    trainer.destroy();
    const [plan] = await plansOf(CASES.CartPole!);
    const asked = smallTrainer({ ...ODD, ...config }, cartpole, { plan: plan! });
    await expect(asked).rejects.toThrow(reason);
  });

  test.each(['layered', { forward: 'layered' }, 3])('%j is no plan', async (plan) => {
    const given = { plan: plan as unknown as KernelPlan };
    await expect(smallTrainer(ODD, cartpole, given)).rejects.toThrow(
      /^plan is .*must be a KernelPlan/,
    );
  });

  test('silu: the rollout is fused, the update layered', async () => {
    const trainer = await smallTrainer({ ...ODD, activation: 'silu' });
    expect(isFused(trainer.plan)).toBe(true);
    expect(trainer.plan.update.kind).toBe('layered');
    trainer.destroy();
  });
});
