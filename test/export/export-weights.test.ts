/**
 * Numbers by the names of Stable-Baselines3; test/export/python.test.ts loads them into PyTorch.
 */
import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { pendulum } from '../../src/environments/pendulum';
import { exportJson, exportSafetensors } from '../../src/export/export-weights';
import { decodeSafetensors } from '../../src/formats/safetensors';
import { POLICY_CASES, randomPolicy, signals } from './policies';

type Nested = number | readonly Nested[];

const shapeOf = (values: Nested): number[] =>
  typeof values === 'number' ? [] : [values.length, ...shapeOf(values[0]!)];
const flat = (values: Nested): number[] =>
  typeof values === 'number' ? [values] : values.flatMap(flat);

function parse(text: string): { description: object; tensors: Record<string, Nested> } {
  return JSON.parse(text);
}

test('a policy of CartPole-v1 has the names and shapes of SB3', () => {
  const { tensors } = parse(exportJson(randomPolicy(cartpole, { hiddenSizes: [8, 6] })));
  const shapes = Object.entries(tensors).map(([name, values]) => [name, shapeOf(values)]);
  expect(Object.fromEntries(shapes)).toEqual({
    'mlp_extractor.policy_net.0.weight': [8, 4],
    'mlp_extractor.policy_net.0.bias': [8],
    'mlp_extractor.policy_net.2.weight': [6, 8],
    'mlp_extractor.policy_net.2.bias': [6],
    'mlp_extractor.value_net.0.weight': [8, 4],
    'mlp_extractor.value_net.0.bias': [8],
    'mlp_extractor.value_net.2.weight': [6, 8],
    'mlp_extractor.value_net.2.bias': [6],
    'action_net.weight': [2, 6],
    'action_net.bias': [2],
    'value_net.weight': [1, 6],
    'value_net.bias': [1],
  });
});

test('its numbers are the parameters in order', () => {
  const saved = randomPolicy(pendulum, { hiddenSizes: [3] });
  const { parameters } = saved.policy;
  const { tensors } = parse(exportJson(saved));
  expect(flat(tensors['mlp_extractor.policy_net.0.weight']!).map(Math.fround)).toEqual([
    ...parameters.subarray(0, 9),
  ]);
  expect(flat(tensors.log_std!).map(Math.fround)).toEqual([...parameters.subarray(-1)]);
});

test('numbers are as short as float32 allows', () => {
  const saved = randomPolicy(cartpole, { hiddenSizes: [] });
  saved.policy.parameters.fill(0.1);
  expect(exportJson(saved)).toContain('"action_net.bias":[0.1,0.1]');
});

test('normalizations of layers and observations have names of their own', () => {
  const saved = randomPolicy(signals({ type: 'discrete', n: 3 }), {
    ...{ layerNorm: true, normObs: true, sharedTrunk: true, hiddenSizes: [4, 6] },
  });
  const { tensors } = parse(exportJson(saved));
  expect(Object.keys(tensors)).toEqual([
    ...['weight', 'bias'].map((name) => `mlp_extractor.shared_net.0.${name}`),
    ...['weight', 'bias'].map((name) => `mlp_extractor.shared_net.1.${name}`),
    ...['weight', 'bias'].map((name) => `mlp_extractor.shared_net.3.${name}`),
    ...['weight', 'bias'].map((name) => `mlp_extractor.shared_net.4.${name}`),
    ...['action_net.weight', 'action_net.bias', 'value_net.weight', 'value_net.bias'],
    ...['normalizer.mean', 'normalizer.deviation'],
  ]);
  expect(flat(tensors['normalizer.mean']!).map(Math.fround)).toEqual(
    [...saved.policy.observationStatistics!.mean].map(Math.fround),
  );
});

describe.each(POLICY_CASES)('$name', ({ saved, agent }) => {
  test('JSON and safetensors hold the same, bit for bit', () => {
    const json = parse(exportJson(saved, { agent }));
    const { tensors, metadata } = decodeSafetensors(exportSafetensors(saved, { agent }));
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(json.tensors).sort());
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      expect(shapeOf(json.tensors[name]!)).toEqual(shape);
      expect(Float32Array.from(flat(json.tensors[name]!))).toEqual(values);
    }
    expect(JSON.parse(metadata.description!)).toEqual(json.description);
  });
});
