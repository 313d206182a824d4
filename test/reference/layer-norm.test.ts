import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../../src/config/choices';
import { expectClose } from './expect-close';
import { finiteDifference } from './finite-difference';
import { layerNormBackward, layerNormForward, normalize } from './layer-norm';
import type { Vector } from './linear';
import { flattenLayers, type MlpLayer, mlpBackward, mlpForward } from './mlp';
import { Rng } from './rng';

const rng = new Rng({ seed: 4, stream: 99, domain: 0 }, 0, 0, 0);
const normals = (count: number): number[] => Array.from({ length: count }, () => rng.normal());
const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

test('two numbers become minus one and one, but for the epsilon', () => {
  // mean 2, variance 1
  const one = 1 / Math.sqrt(1.00001);
  expectClose(normalize([1, 3]).xHat, [-one, one], 1e-15);
  const norm = { gain: [2, 3], bias: [10, 20] };
  expectClose(layerNormForward(norm, [1, 3]), [10 - 2 * one, 20 + 3 * one], 1e-15);
});

test('a single field says nothing but its bias', () => {
  const norm = { gain: [2], bias: [-7] };
  expect(layerNormForward(norm, [123])).toEqual([-7]);
  expect(layerNormBackward(norm, [123], [5])).toEqual({
    dZ: [0],
    dNorm: { gain: [0], bias: [5] },
  });
});

test.each([2, 3, 17])('the derivatives over %d fields are the slopes', (width) => {
  const [z, dY, gain, bias] = [normals(width), normals(width), normals(width), normals(width)];
  const { dZ, dNorm } = layerNormBackward({ gain, bias }, z, dY);
  const byZ = (x: Vector): number => dot(layerNormForward({ gain, bias }, x), dY);
  const byGain = (x: Vector): number => dot(layerNormForward({ gain: x, bias }, z), dY);
  const byBias = (x: Vector): number => dot(layerNormForward({ gain, bias: x }, z), dY);
  // Over two fields x̂ is nearly ±1 whatever z is, and dZ nearly 0.
  expectClose(dZ, finiteDifference(byZ, z), 1e-8, 1);
  expectClose(dNorm.gain, finiteDifference(byGain, gain), 1e-7);
  expectClose(dNorm.bias, finiteDifference(byBias, bias), 1e-7);
});

describe.each(ACTIVATIONS)('a normalized %s network', (activation) => {
  const layerOf = (inputs: number, outputs: number, normed: boolean): MlpLayer => ({
    weight: Array.from({ length: outputs }, () => normals(inputs)),
    bias: normals(outputs),
    ...(normed && { norm: { gain: normals(outputs), bias: normals(outputs) } }),
  });
  const layers = [layerOf(3, 5, true), layerOf(5, 4, true), layerOf(4, 2, false)];
  const [input, dY] = [normals(3), normals(2)];
  const { dInput, dLayers } = mlpBackward(
    layers,
    mlpForward(layers, input, activation),
    dY,
    activation,
  );

  test('passes its derivative on to its input', () => {
    const f = (x: Vector): number => dot(mlpForward(layers, x, activation).output, dY);
    expectClose(dInput, finiteDifference(f, input), 1e-7, 1);
  });

  test('has the slopes of its output as gradient', () => {
    const f = (flat: Vector): number => {
      const rest = [...flat];
      const take = (count: number): number[] => rest.splice(0, count);
      const own = layers.map(({ weight, bias, norm }) => ({
        weight: weight.map((row) => take(row.length)),
        bias: take(bias.length),
        ...(norm && { norm: { gain: take(bias.length), bias: take(bias.length) } }),
      }));
      return dot(mlpForward(own, input, activation).output, dY);
    };
    expectClose(flattenLayers(dLayers), finiteDifference(f, flattenLayers(layers)), 1e-7, 1);
  });
});
