import { expect, test } from 'vitest';
import { packAgents } from '../../src/trainer/agent-record';
import { agentRecord } from '../support/agents';

test.each([2 ** 32, 2 ** 32 + 1, -1, 0.5, Number.NaN])(
  'a count of %d, which no u32 holds, is refused',
  (iteration) => {
    expect(() => packAgents([agentRecord({}), agentRecord({ iteration })])).toThrow(
      `iteration of agent 1 is ${iteration}, which is no u32`,
    );
  },
);

test('the largest counts are written as they are', () => {
  const largest = 2 ** 32 - 1;
  expect(packAgents([agentRecord({ updates: largest })])).toContain(largest);
});
