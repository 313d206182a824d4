import { describe, expect, test } from 'vitest';
import type { LayerLayout } from '../../src/kernels/blocks';
import { Rng } from '../../src/kernels/rng';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { initialParameters } from '../../src/network/init';
import { orthogonal } from '../../src/network/orthogonal';
import { expectClose } from '../reference/expect-close';
import { mean, populationVariance } from '../reference/moments';
import { layersIn } from '../support/network';

const newRng = (seed = 1): Rng => new Rng([seed, 0, 5, 0], [0, 0, 0]);

/** Rows of a matrix [outputs][inputs], or its columns where they are fewer. */
function vectors(matrix: ArrayLike<number>, outputs: number, inputs: number): number[][] {
  const at = (o: number, i: number): number => matrix[o * inputs + i]!;
  return outputs <= inputs
    ? Array.from({ length: outputs }, (_, o) => Array.from({ length: inputs }, (_, i) => at(o, i)))
    : Array.from({ length: inputs }, (_, i) => Array.from({ length: outputs }, (_, o) => at(o, i)));
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** All dot products of the vectors with each other. */
const gram = (rows: readonly (readonly number[])[]): number[] =>
  rows.flatMap((a) => rows.map((b) => dot(a, b)));

const identity = (size: number, scale: number): number[] =>
  Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? scale : 0));

describe('an orthogonal matrix', () => {
  test.each([
    [1, 1],
    [3, 5],
    [5, 3],
    [64, 64],
    [65, 9],
    [2, 130],
  ])('of %d rows and %d columns has orthogonal vectors of norm gain', (outputs, inputs) => {
    const matrix = orthogonal(outputs, inputs, 3, newRng());
    expect(matrix.length).toBe(outputs * inputs);
    const rows = vectors(matrix, outputs, inputs);
    expectClose(gram(rows), identity(rows.length, 9), 1e-12);
  });

  test('points in no direction more than in another', () => {
    const size = 120;
    const matrix = [...orthogonal(size, size, Math.sqrt(size), newRng())];
    // 120^2 numbers of variance 1: their mean is 0 within 1 / 120.
    expect(Math.abs(mean(matrix))).toBeLessThan(4 / size);
    expectClose([populationVariance(matrix)], [1], 2e-3);
    const diagonal = identity(size, 1).reduce((sum, one, i) => sum + one * matrix[i]!, 0);
    expect(Math.abs(diagonal / size)).toBeLessThan(4 / Math.sqrt(size));
  });

  test('is another one for another seed', () => {
    const [one, other] = [1, 2].map((seed) => [...orthogonal(7, 5, 1, newRng(seed))]);
    expect(one).not.toEqual(other);
    expect([...orthogonal(7, 5, 1, newRng(1))]).toEqual(one);
  });
});

describe('the initial parameters', () => {
  const sizes = { observationSize: 5, headSize: 3, freeSize: 2, hiddenSizes: [33, 17] };
  const layout = layoutActorCritic({ ...sizes, activation: 'tanh' });
  const parameters = initialParameters(layout, 9);

  test('are as many as the layout has', () => {
    const network = (out: number): number => 5 * 33 + 33 + 33 * 17 + 17 + 17 * out + out;
    expect(layout.parameterCount).toBe(network(3) + network(1) + 2);
    expect(parameters.length).toBe(layout.parameterCount);
    expect(layout.freeOffset).toBe(network(3) + network(1));
  });

  test.each([
    ['actor', [Math.SQRT2, Math.SQRT2, 0.01]],
    ['critic', [Math.SQRT2, Math.SQRT2, 1]],
  ] as const)('of the %s are orthogonal with gains %j', (name, gains) => {
    for (const [index, { inputs, outputs, weightOffset }] of layersIn(layout[name]!).entries()) {
      const matrix = parameters.subarray(weightOffset, weightOffset + inputs * outputs);
      const rows = vectors(matrix, outputs, inputs);
      expectClose(gram(rows), identity(rows.length, gains[index]! ** 2), 1e-6);
    }
  });

  test('have biases and free parameters of 0', () => {
    for (const { biasOffset, outputs } of [
      ...layersIn(layout.actor),
      ...layersIn(layout.critic!),
    ]) {
      const bias = parameters.subarray(biasOffset, biasOffset + outputs);
      expect(bias.every((value) => value === 0)).toBe(true);
    }
    expect([...parameters.subarray(layout.freeOffset)]).toEqual([0, 0]);
  });

  test('with a shared trunk are orthogonal too, the head and the value each for itself', () => {
    const shared = layoutActorCritic({ ...sizes, activation: 'tanh', sharedTrunk: true });
    const own = initialParameters(shared, 9);
    const gramOf = ({ inputs, outputs, weightOffset }: LayerLayout): number[] =>
      gram(vectors(own.subarray(weightOffset, weightOffset + inputs * outputs), outputs, inputs));
    const [first, second, head] = layersIn(shared.actor);
    expectClose(gramOf(first!), identity(5, 2), 1e-6);
    expectClose(gramOf(second!), identity(17, 2), 1e-6);
    expectClose(gramOf(head!), identity(3, 0.01 ** 2), 1e-6);
    expectClose(gramOf(layersIn(shared.critic!).at(-1)!), [1], 1e-6);
    // The trunk is drawn as that of an actor of its own, and nothing else is there.
    expect(own.subarray(0, head!.weightOffset)).toEqual(parameters.subarray(0, head!.weightOffset));
    expect([...own.subarray(head!.biasOffset)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('without a critic are those of the actor and the free ones', () => {
    const alone = layoutActorCritic({ ...sizes, activation: 'tanh', withCritic: false });
    const { end } = layout.actor;
    expect([...initialParameters(alone, 9)]).toEqual([...parameters.subarray(0, end), 0, 0]);
  });

  test.each([false, true])(
    'start normalizations at gain 1 and bias 0, trunk shared: %s',
    (trunk) => {
      const normed = layoutActorCritic({
        ...{ ...sizes, activation: 'tanh', sharedTrunk: trunk, layerNorm: true },
      });
      const own = initialParameters(normed, 9);
      for (const network of [normed.actor, normed.critic!]) {
        const layers = layersIn(network);
        expect(layers.map(({ norm }) => norm !== null)).toEqual([true, true, false]);
        for (const { norm, outputs } of layers.slice(0, -1)) {
          const { gainOffset, biasOffset } = norm!;
          const range = (from: number) => [...own.subarray(from, from + outputs)];
          expect(range(gainOffset).every((value) => value === 1)).toBe(true);
          expect(range(biasOffset).every((value) => value === 0)).toBe(true);
        }
      }
      // Drawn in the same order as without.
      const plain = layoutActorCritic({ ...sizes, activation: 'tanh', sharedTrunk: trunk });
      const drawn = (values: Float32Array) =>
        [...values].filter((value) => value !== 0 && value !== 1);
      expect(drawn(own)).toEqual(drawn(initialParameters(plain, 9)));
    },
  );

  test('begin where the distribution says, and only the outputs of the actor do', () => {
    const initialOutputs = [1, -2, 0.5, 3, -4];
    const own = initialParameters({ ...layout, initialOutputs }, 9);
    const { biasOffset } = layersIn(layout.actor).at(-1)!;
    expect([...own.subarray(biasOffset, biasOffset + 3)]).toEqual([1, -2, 0.5]);
    expect([...own.subarray(layout.freeOffset)]).toEqual([3, -4]);
    const different = [...own].filter((value, i) => value !== parameters[i]);
    expect(different).toEqual(initialOutputs);
  });

  test('are those of the seed', () => {
    expect(initialParameters(layout, 9)).toEqual(parameters);
    expect(initialParameters(layout, 10)).not.toEqual(parameters);
  });
});
