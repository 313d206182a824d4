/** Policies of other libraries: they do here what they do there. */
import { readFileSync } from 'node:fs';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { pendulum } from '../../src/environments/pendulum';
import { exportSafetensors } from '../../src/export/export-weights';
import { loadPolicy } from '../../src/export/host-policy';
import { importPolicy } from '../../src/export/import-policy';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors';
import { createTrainer } from '../../src/trainer/create-trainer';
import { decodePolicy, encodePolicy, type SavedPolicy } from '../../src/trainer/saved-policy';
import { expectClose } from '../reference/expect-close';
import { openTestGpu } from '../support/gpu';
import { SMALL } from '../trainer/training';
import { POLICY_CASES, randomPolicy, signals } from './policies';

const FOLDER = 'test/fixtures/sb3/';
const fixture = (name: string): Uint8Array => Uint8Array.from(readFileSync(FOLDER + name));

interface Expected {
  readonly observations: readonly (readonly number[])[];
  readonly actions: readonly (readonly number[])[];
  readonly logProbabilities: readonly number[];
  readonly values: readonly number[];
}

const EXPECTED: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(`${FOLDER}expected.json`, 'utf8'),
);

describe.each([
  ['cartpole.zip', cartpole, { hiddenSizes: [6, 5], activation: 'tanh', gamma: 0.97 }],
  ['cartpole.safetensors', cartpole, { hiddenSizes: [6, 5], activation: 'tanh' }],
  ['pendulum.zip', pendulum, { hiddenSizes: [5, 4], activation: 'relu', gamma: 0.97 }],
  ['cleanrl.pt', pendulum, { hiddenSizes: [5], activation: 'tanh' }],
] as const)('%s', (name, environment, config) => {
  const saved = importPolicy(fixture(name), environment);

  test('acts as in Python', async () => {
    const { observations, actions, logProbabilities, values } = EXPECTED[name]!;
    const found = (await loadPolicy(saved)).act(observations);
    const flat = found.flatMap(({ action }) => action);
    expectClose(flat, actions.flat(), 1e-5, 1);
    expectClose(
      found.map((own) => own.logProbability),
      logProbabilities,
      1e-5,
      1,
    );
    expectClose(
      found.map((own) => own.value!),
      values,
      1e-5,
      1,
    );
    expect(new Set(flat).size).toBeGreaterThan(1);
  });

  test('has the widths and the activation that it was made with', () => {
    expect(saved.config).toMatchObject({ ...config, numAgents: 1, normObs: false });
  });

  test('is evaluated and trained on from a policy file', async () => {
    const { config: own, policy } = decodePolicy(encodePolicy(saved));
    const trainer = await createTrainer({
      ...{ gpu: await openTestGpu(), environment, policy },
      config: { ...own, ...SMALL, hiddenSizes: own.hiddenSizes },
    });
    expect(await trainer.parameters()).toEqual(saved.policy.parameters);
    expect((await trainer.evaluate({ episodes: 5 })).endedEpisodes).toBe(5);
    for await (const _ of trainer);
    expect(await trainer.parameters()).not.toEqual(saved.policy.parameters);
    trainer.destroy();
  });
});

describe('what Lockstep exports by the names of SB3', () => {
  const plain = POLICY_CASES.filter(
    ({ saved: { config } }) =>
      !config.normObs && !config.layerNorm && config.advantageEstimator === 'gae',
  );
  test.each(plain)('comes back with all parameters: $name', ({ saved, agent }) => {
    const { environment, policy, config } = saved;
    const back = importPolicy(exportSafetensors(saved, { agent }), environment);
    expect(back.policy.parameters).toEqual(policy.parameters);
    for (const key of [
      'activation',
      'squashActions',
      'stateDependentStd',
      'sharedTrunk',
    ] as const) {
      expect(back.config[key]).toEqual(config[key]);
    }
  });

  test.each([
    ['normalizers', { normObs: true }, 'has normalizer.mean, normalizer.deviation, which the perc'],
    ['layer norms', { layerNorm: true }, 'has a layer mlp_extractor.policy_net.1 with weight [13]'],
  ])('is refused with %s', (_, config, message) => {
    const bytes = exportSafetensors(randomPolicy(cartpole, config));
    expect(() => importPolicy(bytes, cartpole)).toThrow(message);
  });
});

test('the order of tensors in a file does not matter', () => {
  const { tensors, metadata } = decodeSafetensors(fixture('cartpole.safetensors'));
  const reversed = Object.fromEntries(Object.entries(tensors).reverse());
  const bytes = encodeSafetensors({ tensors: reversed, metadata });
  expect(importPolicy(bytes, cartpole)).toEqual(
    importPolicy(fixture('cartpole.safetensors'), cartpole),
  );
});

test("an environment's defaults for several agents or a separate critic do not matter", () => {
  const defaults = { numAgents: 2, learningRate: [1e-3, 1e-2], criticLearningRate: 1e-3 };
  const environment = { ...cartpole, defaults };
  const { config } = importPolicy(fixture('cartpole.zip'), environment);
  expect(config).toMatchObject({ numAgents: 1, learningRate: 1e-3, criticLearningRate: 1e-3 });
  const shared = exportSafetensors(randomPolicy(cartpole, { sharedTrunk: true }));
  expect(importPolicy(shared, environment).config.criticLearningRate).toBe(0);
});

test('what an archive says of itself must be an object', () => {
  const files = unzipSync(fixture('cartpole.zip'));
  for (const data of ['[1]', 'null', '{']) {
    const archive = zipSync({ ...files, data: new TextEncoder().encode(data) });
    expect(() => importPolicy(archive, cartpole)).toThrow(
      'has a file data that is not a JSON object',
    );
  }
});

describe('is refused:', () => {
  const tensors = (saved: SavedPolicy) => {
    const bytes = exportSafetensors(saved);
    const { length } = bytes;
    const header = Number(new DataView(bytes.buffer, 0, 8).getBigUint64(0, true));
    expect(header).toBeLessThan(length);
    return bytes;
  };
  const named = (shapes: Readonly<Record<string, readonly number[]>>): Uint8Array =>
    encodeSafetensors({
      metadata: {},
      tensors: Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => {
          const count = shape.reduce((product, size) => product * size, 1);
          return [name, { shape, values: new Float32Array(count) }] as const;
        }),
      ),
    });
  const layers = (prefix: string, ...widths: readonly number[]) =>
    Object.fromEntries(
      widths.slice(1).flatMap((outputs, index) => [
        [`${prefix}.${2 * index}.weight`, [outputs, widths[index]!]],
        [`${prefix}.${2 * index}.bias`, [outputs]],
      ]),
    ) as Record<string, number[]>;

  test.each<[string, Uint8Array, string]>([
    ['no file', new Uint8Array(), 'is not a safetensors file: it has 0 bytes'],
    ['a half of a zip', fixture('cartpole.zip').subarray(0, 9000), 'is no complete zip archive'],
    [
      'other names',
      named({ 'layers.0.kernel': [4, 8] }),
      'has no action_net.weight or actor.0.weight; it has layers.0.kernel',
    ],
    [
      'more than perceptrons',
      named({ ...layers('actor', 4, 2), ...layers('critic', 4, 1), std: [2] }),
      'has std, which the perceptrons of Stable-Baselines3 and CleanRL do not have',
    ],
    [
      'layers that do not fit each other',
      named({
        ...layers('actor', 4, 6, 2),
        'actor.2.weight': [2, 5],
        ...layers('critic', 4, 6, 1),
      }),
      'has a layer of 5 inputs behind 6 outputs',
    ],
    [
      'a layer whose number is written otherwise',
      named({ 'actor.00.weight': [2, 4], 'actor.0.bias': [2], ...layers('critic', 4, 1) }),
      'has a layer actor.00 with weight [2, 4] and bias missing',
    ],
    [
      'unequal networks',
      named({ ...layers('actor', 4, 6, 2), ...layers('critic', 4, 1) }),
      'has the hidden layers [6] in the actor and [] in the critic; they must be equal',
    ],
    [
      'too many layers',
      named({ ...layers('actor', 4, 1, 1, 1, 1, 1, 2), ...layers('critic', 4, 1, 1, 1, 1, 1, 1) }),
      'does not fit CartPole-v1: hiddenSizes',
    ],
    [
      'another environment',
      fixture('pendulum.zip'),
      'does not fit CartPole-v1, which has 4 observed numbers and discrete actions; actor ' +
        'inputs: 3, expected 4; critic inputs: 3, expected 4; actor outputs: 1, expected 2; log ' +
        'standard deviations: 1, expected 0',
    ],
    [
      'a weight that is not finite',
      tensors({
        ...randomPolicy(cartpole, { hiddenSizes: [] }),
        policy: { parameters: new Float32Array(15).fill(Number.NaN) },
      }),
      'has a weight that is NaN; all must be finite',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => importPolicy(bytes, cartpole)).toThrow(
      expect.objectContaining({
        name: 'PolicyImportError',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('a policy for more choices than the environment has', () => {
    const bytes = tensors(randomPolicy(signals({ type: 'discrete', n: 3 }, { size: 4 })));
    expect(() => importPolicy(bytes, cartpole)).toThrow('actor outputs: 3, expected 2');
  });
});

describe.each([
  ['pendulum.zip', pendulum],
  ['cartpole.safetensors', cartpole],
] as const)('%s, damaged,', (name, environment) => {
  const bytes = fixture(name);
  const attempt = (damaged: Uint8Array): unknown => {
    try {
      return importPolicy(damaged, environment);
    } catch (error) {
      expect(error).toMatchObject({ name: 'PolicyImportError' });
      return undefined;
    }
  };

  test('is refused wherever it is cut', () => {
    for (let part = 0; part < 100; part++) {
      expect(attempt(bytes.subarray(0, (bytes.length * part) / 100))).toBeUndefined();
    }
  });

  test('gives one clear error or the weights that it still holds', () => {
    for (let trial = 0; trial < 300; trial++) {
      const damaged = bytes.slice();
      for (let flips = 0; flips < 1 + (trial % 5); flips++) {
        const at = (trial * 2_654_435_761 + flips * 40_503) % damaged.length;
        damaged[at] = damaged[at]! ^ (1 << (trial % 8));
      }
      attempt(damaged);
    }
  });
});

test('a weight that changed in an archive is noticed', () => {
  const bytes = fixture('cartpole.zip');
  // Behind the pickle, which ends with the name of the last layer.
  const text = Buffer.from(bytes).toString('latin1');
  const inner = text.indexOf('policy.pth');
  const at = text.indexOf('data/0', inner) + 200;
  bytes[at] = bytes[at]! ^ 1;
  expect(() => importPolicy(bytes, cartpole)).toThrow(
    'is damaged: the checksum of policy.pth is not that of its bytes',
  );
});
