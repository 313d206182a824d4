/** Policies in a page: they act without a device, as in Node. */
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../../src/export/host-policy';
import { encodePolicy } from '../../src/trainer/saved-policy';
import { POLICY_CASES } from '../export/policies';
import { chromiumProblem, withPage } from '../support/chromium';
import { libraryPage } from '../support/library-page';

const problem = await chromiumProblem();

const CASES = POLICY_CASES.filter(({ saved }) => !saved.environment.actionMask);
const OBSERVATION = Array.from({ length: 40 }, (_, index) => Math.sin(index));
const inputs = CASES.map(({ saved, agent = 0 }) => ({
  ...{ bytes: [...encodePolicy(saved)], agent },
  observation: OBSERVATION.slice(0, saved.environment.observation.length),
}));

const SCRIPT = `
  const act = async ({ bytes, agent, observation }) => {
    const policy = await library.loadPolicy(Uint8Array.from(bytes), { agent });
    return policy.act(observation);
  };
  window.run = Promise.all(${JSON.stringify(inputs)}.map(act));
`;

describe.skipIf(problem !== undefined)(
  `policies in Chromium${problem ? ` (${problem})` : ''}`,
  () => {
    test('decide what they decide in Node', async () => {
      const decide = async ({ bytes, agent, observation }: (typeof inputs)[number]) =>
        (await loadPolicy(Uint8Array.from(bytes), { agent })).act(observation);
      const node = await Promise.all(inputs.map(decide));
      const page = await withPage(await libraryPage(SCRIPT), (opened) =>
        opened.evaluate(() => Reflect.get(window, 'run')),
      );
      expect(page).toEqual(node);
      expect(node.length).toBeGreaterThan(10);
    });
  },
);
