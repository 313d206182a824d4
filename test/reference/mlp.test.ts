import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../../src/config/choices';
import {
  type ActorCritic,
  actorCriticForward,
  batchGradient,
  flatten,
  unflatten,
} from './actor-critic';
import { expectClose } from './expect-close';
import { finiteDifference } from './finite-difference';
import { type Layer, linearForward, type Vector } from './linear';
import { mlpBackward, mlpForward } from './mlp';
import { Rng } from './rng';

const rng = new Rng({ seed: 3, stream: 99, domain: 0 }, 0, 0, 0);
const normals = (count: number): number[] => Array.from({ length: count }, () => rng.normal());
const randomLayer = (inputs: number, outputs: number): Layer => ({
  weight: Array.from({ length: outputs }, () => normals(inputs)),
  bias: normals(outputs),
});

const NETWORK: ActorCritic = {
  actor: [randomLayer(3, 5), randomLayer(5, 7), randomLayer(7, 2)],
  critic: [randomLayer(3, 4), randomLayer(4, 1)],
  logStd: normals(2),
};
const INPUT = normals(3);

test('a linear layer is W x + b', () => {
  const layer = {
    weight: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    bias: [10, 20],
  };
  // 10 + 1·1 + 2·0 + 3·(-1), 20 + 4·1 + 5·0 + 6·(-1)
  expect(linearForward(layer, [1, 0, -1])).toEqual([8, 18]);
});

test('the last layer of a network is linear', () => {
  const layers = [
    { weight: [[1]], bias: [-5] },
    { weight: [[2]], bias: [-7] },
  ];
  // relu(1 - 5) = 0, then 2·0 - 7
  expect(mlpForward(layers, [1], 'relu').output).toEqual([-7]);
});

test('unflatten undoes flatten', () => {
  expect(unflatten(flatten(NETWORK), NETWORK)).toEqual(NETWORK);
});

test.each(ACTIVATIONS)('the %s network has the slopes of its output as gradient', (activation) => {
  const dParameters = [0.3, -1.2, 0.7, 0.5];
  const weighted = (network: ActorCritic): number => {
    const { parameters, value } = actorCriticForward(network, INPUT, activation);
    return parameters.reduce((sum, p, i) => sum + p * dParameters[i]!, 2 * value);
  };
  const trace = actorCriticForward(NETWORK, INPUT, activation);
  const gradient = batchGradient(NETWORK, [trace], [dParameters], [2], activation);
  const f = (flat: Vector): number => weighted(unflatten(flat, NETWORK));
  expectClose(gradient, finiteDifference(f, flatten(NETWORK)), 1e-8);
});

test.each(ACTIVATIONS)('the %s network passes its derivative on to its input', (activation) => {
  const layers = NETWORK.actor;
  const f = (x: Vector): number => mlpForward(layers, x, activation).output[1]!;
  const { dInput } = mlpBackward(layers, mlpForward(layers, INPUT, activation), [0, 1], activation);
  expectClose(dInput, finiteDifference(f, INPUT), 1e-8);
});
