/** Value heads with rewards and discounts of their own, beside the critic of a run. */
import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  createTrainer,
  ENVIRONMENTS,
  mlp,
  type PpoConfig,
  type TrainerOptions,
  type ValueHead,
} from '../../src/index';
import { LAYERED } from '../../src/network/kernel-plan';
import { expectClose } from '../reference/expect-close';
import { mlpForward } from '../reference/mlp';
import { openTestGpu } from '../support/gpu';
import { layersOf } from '../support/network';
import { allReports, SMALL, smallTrainer } from '../trainer/training';
import { constantReward } from './constant-reward';
import { twoBranches } from './two-branches';

const environmentOf = (name: string) => ENVIRONMENTS.find(({ id }) => id === name)!;
const pendulum = environmentOf('Pendulum-v1');
const cartpole = environmentOf('CartPole-v1');

/** Parameters [K][P] of a short run, and its last report. */
async function train(config: Partial<PpoConfig>, valueHeads?: readonly ValueHead[]) {
  const trainer = await smallTrainer(config, cartpole, { plan: LAYERED, valueHeads });
  const reports = await allReports(trainer);
  const parameters = await trainer.parameters();
  const { layout } = trainer.run;
  trainer.destroy();
  return { parameters, layout, metrics: reports.at(-1)!.agents };
}

test('a head learns the value of a constant reward by its own discount', async () => {
  const [reward, gamma] = [2, 0.9];
  const trainer = await createTrainer({
    gpu: await openTestGpu(),
    environment: pendulum,
    valueHeads: [constantReward(reward, gamma, 0)],
    config: {
      ...{ seed: 1, numAgents: 2, numEnvs: 16, numSteps: 64, totalTimesteps: 40 * 16 * 64 },
      ...{ hiddenSizes: [16], learningRate: 1e-2, activation: 'tanh', normObs: false },
    },
  });
  expect(trainer.plan).toEqual(LAYERED);
  expect(trainer.whyNotFused).toBe('value heads are not fused');
  await allReports(trainer);
  const all = await trainer.parameters();
  const { networks, parameterCount } = trainer.run.layout;
  expect(networks.map(({ name }) => name)).toEqual(['actor', 'critic', 'constant']);
  trainer.destroy();
  // Pendulum-v1 is never terminated, so that the rewards go on for ever: Σ γ^t r = r / (1 - γ).
  const expected = reward / (1 - gamma);
  const states = Array.from({ length: 25 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 25;
    return [Math.cos(angle), Math.sin(angle), (i % 5) - 2];
  });
  for (const agent of [0, 1]) {
    const own = all.subarray(agent * parameterCount, (agent + 1) * parameterCount);
    const layers = layersOf(networks[2]!.layout, own);
    const values = states.map((state) => mlpForward(layers, state, 'tanh').output[0]!);
    expectClose(
      values,
      values.map(() => expected),
      0.02,
    );
  }
});

describe('a head that the policy does not see', () => {
  const sizes = { ...SMALL, numAgents: 2, maxGradNorm: 1e6 };

  test.each<[string, Partial<PpoConfig>]>([
    ['separate networks', {}],
    ['a shared trunk', { sharedTrunk: true }],
    ['advantages estimated anew', { recomputeAdvantages: true }],
    ['a long rollout, whose advantages are scanned', { numEnvs: 2, numSteps: 130 }],
  ])('leaves all else as it is, bit for bit: %s', async (_, changes) => {
    const config = { ...sizes, ...changes };
    const heads = [constantReward(1, 0.5, 0, 'first'), constantReward(-1, 0.8, 0, 'second')];
    const [alone, beside] = [await train(config), await train(config, heads)];
    const { parameterCount } = beside.layout;
    const begin = beside.layout.networks.find(({ name }) => name === 'first')!.layout.begin;
    for (const agent of [0, 1]) {
      const own = (of: typeof alone, count: number): number[] => [
        ...of.parameters.subarray(agent * count, agent * count + begin),
      ];
      expect(own(beside, parameterCount)).toEqual(own(alone, alone.layout.parameterCount));
      const { 'losses/grad_norm': _norm, ...metrics } = beside.metrics[agent]!;
      const { 'losses/grad_norm': _other, ...expected } = alone.metrics[agent]!;
      expect(metrics).toEqual(expected);
    }
  });

  test('changes the policy once it has a coefficient', async () => {
    const [none, some] = await Promise.all([
      train(sizes, [constantReward(1, 0.5, 0)]),
      train(sizes, [constantReward(1, 0.5, 0.5)]),
    ]);
    expect(some.parameters.subarray(0, none.layout.actor.end)).not.toEqual(
      none.parameters.subarray(0, none.layout.actor.end),
    );
  });
});

test('a head may have a network of its own kind, and snapshots hold it', async () => {
  const branch = mlp({ hiddenSizes: [5], activation: 'tanh' });
  const valueHeads = [{ ...constantReward(1, 0.5, 0.5), network: twoBranches(branch, branch) }];
  const create = () => smallTrainer({}, cartpole, { valueHeads });
  const whole = await create();
  await allReports(whole);
  const [half, rest] = [await create(), await create()];
  for await (const { iteration } of half) if (iteration === 1) break;
  await rest.restore(await half.snapshot());
  await allReports(rest);
  expect([...(await rest.parameters())]).toEqual([...(await whole.parameters())]);
  for (const trainer of [whole, half, rest]) trainer.destroy();
});

describe('heads are refused', () => {
  const head = constantReward(1, 0.5, 1);
  type Row = [string, TrainerOptions['valueHeads'], Partial<PpoConfig>, string];
  const rows: Row[] = [
    ['of one name', [head, head], {}, 'valueHeads[1].name is constant; it must be a name that no'],
    ['named as the critic', [{ ...head, name: 'critic' }], {}, 'valueHeads[0].name is critic; it'],
    ['of a discount above 1', [{ ...head, gamma: 1.5 }], {}, 'valueHeads[0].gamma is 1.5; it must'],
    ['of a λ below 0', [{ ...head, gaeLambda: -1 }], {}, 'valueHeads[0].gaeLambda is -1; it must'],
    [
      'of no coefficient',
      [{ ...head, coefficient: Number.NaN }],
      {},
      'valueHeads[0].coefficient is NaN; it must be a finite number',
    ],
    [
      'without rewards',
      [{ ...head, rewards: undefined as never }],
      {},
      'valueHeads[0].rewards is no function; it must record them',
    ],
    [
      'where no critic is trained',
      [head],
      { advantageEstimator: 'group', numEnvs: 6, groupSize: 3, vfCoef: 0, clipVloss: false },
      'valueHeads are given, but advantageEstimator group trains no critic; leave them out',
    ],
  ];

  test.each(rows)('%s', async (_, valueHeads, config, message) => {
    const creation = smallTrainer(config, cartpole, { valueHeads });
    await expect(creation).rejects.toThrow(ConfigError);
    await expect(creation).rejects.toThrow(message);
  });
});
