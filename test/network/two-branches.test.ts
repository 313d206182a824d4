/**
 * A network of a kind that the package does not know, from outside: its passes, and what a trainer
 * makes of it.
 */
import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  createTrainer,
  ENVIRONMENTS,
  LAYERED,
  mlp,
  type NetworkKind,
  type NetworkLayout,
  type PpoConfig,
  type TrainerOptions,
} from '../../src/index';
import { wholeTensor } from '../../src/kernels/blocks';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';
import { allReports, smallTrainer } from '../trainer/training';
import { twoBranches } from './two-branches';

const runtime = await openRuntime();
const cartpole = ENVIRONMENTS.find(({ id }) => id === 'CartPole-v1')!;
const branch = (width: number): NetworkKind => mlp({ hiddenSizes: [width], activation: 'tanh' });

const [AGENTS, STRIDE, SLICES, BEGIN] = [2, 40, 2, 3] as const;
const [INPUTS, LEFT, RIGHT, OUTPUTS] = [3, 5, 6, 2] as const;

/**
 * Output [K][OUTPUTS][STRIDE] and gradient [K][P], from BEGIN on, of a network with these
 * parameters [K][P].
 */
async function passes(kind: NetworkKind, parameters: readonly number[]) {
  const layout = kind.layout({ inputs: INPUTS, outputs: OUTPUTS, begin: BEGIN });
  const count = parameters.length / AGENTS;
  expect(layout.end).toBe(count);
  const network = layout.create(runtime, {
    name: 'test',
    parameters: { tensor: floats(runtime, [AGENTS, count], parameters), count },
    count: { agents: AGENTS, rows: 1, stride: STRIDE },
    trained: true,
    storage: 'f32',
  });
  const samples = (fields: number, seed: number) =>
    floats(runtime, [AGENTS, fields, STRIDE], randomFloats(AGENTS * fields * STRIDE, seed));
  const x = wholeTensor(samples(INPUTS, 1));
  const dY = wholeTensor(samples(OUTPUTS, 2));
  const y = floats(runtime, [AGENTS, OUTPUTS, STRIDE]);
  const partials = floats(runtime, [AGENTS, SLICES, count]);
  await runDispatches(runtime, [
    ...network.forward(x, wholeTensor(y)),
    ...network.backward(dY),
    ...network.weightGradients(x, dY, { partials, slices: SLICES }),
  ]);
  const sums = await readFloats(runtime, partials);
  const gradients = Array.from({ length: AGENTS }, (_, agent) =>
    Array.from({ length: count }, (_, p) =>
      [0, 1].reduce((sum, slice) => sum + sums[(agent * SLICES + slice) * count + p]!, 0),
    ).slice(BEGIN),
  );
  return { output: await readFloats(runtime, y), gradients };
}

/**
 * Where each parameter of the two branches lies in one network with both of their hidden layers;
 * biases add up.
 */
function places(): number[] {
  const whole = LEFT + RIGHT;
  const head = whole * INPUTS + whole;
  const own = (width: number, first: number): number[] => [
    ...Array.from({ length: width * INPUTS }, (_, i) => first * INPUTS + i),
    ...Array.from({ length: width }, (_, i) => whole * INPUTS + first + i),
    ...Array.from({ length: OUTPUTS * width }, (_, i) => {
      const [output, input] = [Math.floor(i / width), i % width];
      return head + output * whole + first + input;
    }),
    ...Array.from({ length: OUTPUTS }, (_, i) => head + OUTPUTS * whole + i),
  ];
  return [...own(LEFT, 0), ...own(RIGHT, LEFT)];
}

test('two branches of one hidden layer are one network with a hidden layer of both', async () => {
  const to = places();
  const size = Math.max(...to) + 1;
  const both = Array.from({ length: AGENTS }, (_, agent) => randomFloats(to.length, 5 + agent));
  const one = both.map((own) => {
    const parameters = Array.from({ length: size }, () => 0);
    for (const [p, place] of to.entries()) parameters[place]! += own[p]!;
    return parameters;
  });
  const padded = (agents: readonly (readonly number[])[]): number[] =>
    agents.flatMap((own) => [...Array.from({ length: BEGIN }, () => 7), ...own]);
  const found = await passes(twoBranches(branch(LEFT), branch(RIGHT)), padded(both));
  const expected = await passes(branch(LEFT + RIGHT), padded(one));
  expectClose(found.output, expected.output, 1e-5);
  for (const [agent, gradient] of found.gradients.entries()) {
    const wanted = to.map((place) => expected.gradients[agent]![place]!);
    expectClose(gradient, wanted, 1e-5);
  }
});

describe('a trainer with networks of two branches', () => {
  const kind = twoBranches(branch(32), mlp({ hiddenSizes: [32], activation: 'relu' }));

  test('learns to balance the pole', async () => {
    const trainer = await createTrainer({
      gpu: await openTestGpu(),
      environment: cartpole,
      networks: { actor: kind, critic: kind },
      config: {
        ...{ seed: 1, numEnvs: 32, numSteps: 128, totalTimesteps: 50 * 32 * 128 },
        ...{ learningRate: 3e-3, numMinibatches: 8, updateEpochs: 6 },
      },
    });
    expect(trainer.plan).toEqual(LAYERED);
    expect(trainer.whyNotFused).toBe('the actor is no multilayer perceptron');
    await allReports(trainer);
    const { meanReturn } = await trainer.evaluate({ episodes: 100 });
    expect(meanReturn).toBeGreaterThanOrEqual(400);
    trainer.destroy();
  });

  test('may have one such network beside a perceptron', async () => {
    const trainer = await smallTrainer({}, cartpole, { networks: { critic: kind } });
    expect(trainer.whyNotFused).toBe('the critic is no multilayer perceptron');
    const [, , last] = await allReports(trainer);
    expect(last!.agents[0]!.fault).toBeNull();
    trainer.destroy();
  });
});

test('perceptrons given as networks are those of the configuration, bit for bit', async () => {
  const kind = mlp({ hiddenSizes: [7], activation: 'tanh' });
  const given = [{}, { networks: { actor: kind, critic: kind } }];
  const runs = given.map(async (options) => {
    const trainer = await smallTrainer({}, cartpole, options);
    await allReports(trainer);
    const parameters = await trainer.parameters();
    trainer.destroy();
    return [trainer.plan, [...parameters]];
  });
  const [plain, same] = await Promise.all(runs);
  expect(same).toEqual(plain);
});

describe('networks are refused', () => {
  const good = branch(4);
  const laidOut = (changes: Partial<NetworkLayout>): NetworkKind => ({
    layout: (sizes) => Object.assign(good.layout(sizes), changes),
  });

  type Row = [string, TrainerOptions['networks'], Partial<PpoConfig>, string | RegExp];
  const rows: Row[] = [
    [
      'with a shared trunk',
      { actor: good },
      { sharedTrunk: true },
      'networks are given, but sharedTrunk is true, which is one perceptron; set it to false',
    ],
    [
      'where no critic is trained',
      { critic: good },
      { advantageEstimator: 'group', numEnvs: 6, groupSize: 3, vfCoef: 0, clipVloss: false },
      'networks.critic is given, but advantageEstimator group trains no critic; leave it out',
    ],
    [
      'of other names',
      { policy: good } as object,
      {},
      'networks has policy; it may have actor and',
    ],
    [
      'that are none',
      { actor: good.layout as unknown as NetworkKind },
      {},
      'networks.actor has no method layout; it must be a NetworkKind, such as mlp returns',
    ],
    [
      'of other sizes',
      { actor: laidOut({ outputs: 3 }) },
      {},
      'networks.actor has laid out a network whose outputs is 3; it must be 2',
    ],
    [
      'that end before they begin',
      { critic: laidOut({ end: 2 }) },
      {},
      /^networks.critic has laid out a network whose end is 2; it must be an integer of at least 51$/,
    ],
  ];

  test.each(rows)('%s', async (_, networks, config, message) => {
    const creation = smallTrainer(config, cartpole, { networks });
    await expect(creation).rejects.toThrow(ConfigError);
    await expect(creation).rejects.toThrow(message);
  });
});
