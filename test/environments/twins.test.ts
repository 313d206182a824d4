/**
 * Long walks on the device against the twins, step by step: endings exactly; rewards and states
 * exactly where they are integers, and as DEVICE_STATES says where they are not.
 */
import { expect, test } from 'vitest';
import { ENVIRONMENTS } from '../../src/environments/index';
import { DEVICE_STATES } from './device-states';
import { expectLongWalk } from './long-walk';

/** They have a file of their own. */
const isLander = (id: string): boolean => id.startsWith('LunarLander');

const IDS = Object.keys(DEVICE_STATES).filter((id) => !isLander(id));

test('every environment of the list walks', () => {
  expect(Object.keys(DEVICE_STATES).sort()).toEqual(ENVIRONMENTS.map(({ id }) => id).sort());
});

test.each(IDS)('65 environments of %s take 4,096 steps as their twins do', async (id) => {
  await expectLongWalk(id);
});
