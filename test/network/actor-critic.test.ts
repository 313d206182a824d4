import { describe, expect, test } from 'vitest';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { mlpOf } from '../../src/network/mlp-layout';
import { layersIn } from '../support/network';

const SIZES = {
  observationSize: 4,
  headSize: 2,
  freeSize: 3,
  hiddenSizes: [5, 6],
  activation: 'tanh',
} as const;
/** Parameters of the hidden layers. */
const TRUNK = 4 * 5 + 5 + 5 * 6 + 6;

describe('separate networks', () => {
  const layout = layoutActorCritic(SIZES);

  test('follow each other, and then the free parameters', () => {
    const actorEnd = TRUNK + 6 * 2 + 2;
    expect(layout.actor.end).toBe(actorEnd);
    expect(layersIn(layout.critic!)[0]!.weightOffset).toBe(actorEnd);
    expect(layout.critic!.end).toBe(actorEnd + TRUNK + 6 + 1);
    expect(layout.freeOffset).toBe(layout.critic!.end);
    expect(layout.parameterCount).toBe(layout.critic!.end + 3);
  });

  test('are both trained, the value behind the head', () => {
    expect(layout.networks).toEqual([
      {
        ...{ name: 'actor', layout: layout.actor, outputRow: 0, group: 'actor' },
        outputs: [{ name: 'head', kind: 'head', count: 2 }],
      },
      {
        ...{ name: 'critic', layout: layout.critic, outputRow: 2, group: 'critic' },
        outputs: [{ name: 'value', kind: 'value', count: 1 }],
      },
    ]);
  });

  test('leave the critic parameters of its own', () => {
    expect([layout.criticBegin, layout.criticEnd]).toEqual([layout.actor.end, layout.critic!.end]);
  });

  test('have the same activation, or each its own', () => {
    expect(mlpOf(layout.critic!)!.activation).toBe('tanh');
    const other = layoutActorCritic({ ...SIZES, criticActivation: 'relu' });
    expect([other.actor, other.critic!].map((own) => mlpOf(own)!.activation)).toEqual([
      'tanh',
      'relu',
    ]);
    expect(other.parameterCount).toBe(layout.parameterCount);
  });
});

describe('a shared trunk', () => {
  const layout = layoutActorCritic({ ...SIZES, sharedTrunk: true });
  const { actor, critic, networks } = layout;

  test('is one network with a last row for the value', () => {
    expect(networks.map(({ name, outputRow }) => [name, outputRow])).toEqual([
      ['actor and critic', 0],
    ]);
    const [joint] = networks;
    expect(layersIn(joint!.layout).map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [4, 5],
      [5, 6],
      [6, 3],
    ]);
    expect(joint!.layout.end).toBe(TRUNK + 6 * 3 + 3);
    expect(layout.freeOffset).toBe(joint!.layout.end);
  });

  test('is seen by actor and critic, each with its own rows of the last layer', () => {
    const shared = layersIn(networks[0]!.layout).slice(0, -1);
    expect(layersIn(actor).slice(0, -1)).toEqual(shared);
    expect(layersIn(critic!).slice(0, -1)).toEqual(shared);
    expect(layersIn(actor).at(-1)).toEqual({
      ...{ inputs: 6, outputs: 2, norm: null },
      ...{ weightOffset: TRUNK, biasOffset: TRUNK + 6 * 3 },
    });
    expect(layersIn(critic!).at(-1)).toEqual({
      ...{ inputs: 6, outputs: 1, norm: null },
      ...{ weightOffset: TRUNK + 6 * 2, biasOffset: TRUNK + 6 * 3 + 2 },
    });
  });

  test('leaves the critic no parameters of its own', () => {
    expect(layout.criticBegin).toBe(layout.criticEnd);
  });
});

test('the actor alone has no critic, with or without a shared trunk', () => {
  const layout = layoutActorCritic({ ...SIZES, withCritic: false });
  expect(layout.critic).toBeNull();
  expect(layout.networks.map(({ name, layout: own }) => [name, own])).toEqual([
    ['actor', layout.actor],
  ]);
  expect(layout.parameterCount).toBe(TRUNK + 6 * 2 + 2 + 3);
  expect(layout.criticBegin).toBe(layout.criticEnd);
  expect(layoutActorCritic({ ...SIZES, withCritic: false, sharedTrunk: true })).toEqual(layout);
});

test('normalized layers have a gain and a bias more for each of their fields', () => {
  const count = (layerNorm: boolean, sharedTrunk: boolean): number =>
    layoutActorCritic({ ...SIZES, layerNorm, sharedTrunk }).parameterCount;
  expect(count(true, true) - count(false, true)).toBe(2 * (5 + 6));
  expect(count(true, false) - count(false, false)).toBe(2 * 2 * (5 + 6));
});
