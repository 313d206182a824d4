/** Long walks in the MinAtar games: the device and the twins, bit by bit. */
import { describe, expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { TWINS } from '../reference/environments';
import { expectEqualWalks } from './long-walk';
import { inOrder, MINATAR_FIELDS, minatarFields } from './minatar-fields';

describe.each(Object.keys(MINATAR_FIELDS))('%s', (id) => {
  test('65 environments take 4,096 steps as their twins do', async () => {
    const { rewards, terminations } = await expectEqualWalks({
      environment: findEnvironment(id),
      twin: TWINS[id]!,
      fieldsOf: (state) => minatarFields(id, state),
      inOrder,
      ...{ envs: 65, steps: 4096, seed: 5 },
    });
    // The walk means something only where games are played.
    expect(rewards.length).toBeGreaterThan(1);
    expect(terminations).toBeGreaterThan(0);
  });
});
