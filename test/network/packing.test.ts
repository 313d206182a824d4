import { describe, expect, test } from 'vitest';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { packNetworks } from '../../src/network/packing';
import { layersIn } from '../support/network';

/** Odd widths, more outputs than a quad has room for, free parameters. */
const LAYOUT = layoutActorCritic({
  observationSize: 5,
  headSize: 6,
  freeSize: 3,
  hiddenSizes: [7, 33],
  activation: 'tanh',
});

const places = (origins: Uint32Array): number[] => [...origins].filter((origin) => origin > 0);

describe('packNetworks', () => {
  const packing = packNetworks(LAYOUT, { block: 32, transposed: true });

  test('every parameter has one place among those that have gradients', () => {
    const trained = packing.networks.flatMap(({ first, sections }) =>
      places(packing.origins.slice(4 * first, 4 * (first + sections.end))),
    );
    const sorted = trained.sort((a, b) => a - b);
    expect(sorted).toEqual(Array.from({ length: LAYOUT.parameterCount }, (_, p) => p + 1));
  });

  test('without transposes every parameter is there once, at the same place', () => {
    const plain = packNetworks(LAYOUT, { block: 32, transposed: false });
    expect(places(plain.origins)).toHaveLength(LAYOUT.parameterCount);
    expect(plain.gradientQuads).toBe(packing.gradientQuads);
    for (const [index, { first, sections }] of plain.networks.entries()) {
      const beside = packing.networks[index]!;
      const own = plain.origins.slice(4 * first, 4 * (first + sections.end));
      const end = 4 * (beside.first + beside.sections.end);
      expect(own).toEqual(packing.origins.slice(4 * beside.first, end));
      expect(first).toBe(beside.first);
    }
  });

  test('the weights of the second layers are there twice, all else once', () => {
    const counts = new Map<number, number>();
    for (const place of places(packing.origins)) counts.set(place, (counts.get(place) ?? 0) + 1);
    const twice = [...counts].filter(([, count]) => count === 2).map(([place]) => place - 1);
    const seconds = LAYOUT.networks.map(({ layout }) => layersIn(layout)[1]!);
    const expected = seconds.flatMap(({ weightOffset }) =>
      Array.from({ length: 7 * 33 }, (_, i) => weightOffset + i),
    );
    expect(twice.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
    expect(counts.size).toBe(LAYOUT.parameterCount);
  });

  test('widths are whole blocks, transposes lie behind all that has gradients', () => {
    let end = packing.gradientQuads;
    for (const { widths, first, w2Transposed } of packing.networks) {
      expect(widths).toEqual([32, 64]);
      expect(first + w2Transposed!).toBe(end);
      end += (32 * 64) / 4;
    }
    expect(packing.quads).toBe(end);
  });

  test('a transposed weight lies at the row of its input', () => {
    const actor = packing.networks[0]!;
    const { weightOffset } = layersIn(LAYOUT.networks[0]!.layout)[1]!;
    const [output, input] = [30, 4];
    const element = 4 * actor.w2Transposed! + input * 64 + output;
    expect(packing.origins[element]).toBe(1 + weightOffset + output * 7 + input);
  });
});
