import { describe, expect, it } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { createTrainer } from '../../src/trainer/create-trainer';
import { chromiumProblem, withPage } from '../support/chromium';
import { type EngineRun, expectAgreement, SHORT_RUN } from '../support/engines';
import { openTestGpu } from '../support/gpu';
import { libraryPage } from '../support/library-page';

const problem = await chromiumProblem();

/** What the page does by itself. */
const SCRIPT = `
  const mayEvaluate = () => {
    try {
      return new Function('return true')();
    } catch {
      return false;
    }
  };
  const train = async () => {
    const gpu = await library.requestGpu();
    const environment = library.findEnvironment('CartPole-v1');
    const config = ${JSON.stringify(SHORT_RUN)};
    const trainer = await library.createTrainer({ gpu, environment, config });
    const policyLosses = [];
    for await (const report of trainer) {
      policyLosses.push(report.agents[0]['losses/policy_loss']);
    }
    const parameters = Array.from(await trainer.parameters());
    return { mayEvaluate: mayEvaluate(), policyLosses, parameters };
  };
  window.run = train();
`;

async function trainInPage(): Promise<EngineRun & { readonly mayEvaluate: boolean }> {
  return withPage(await libraryPage(SCRIPT), (page) =>
    page.evaluate(() => Reflect.get(window, 'run')),
  );
}

async function trainInNode(config: typeof SHORT_RUN): Promise<EngineRun> {
  const gpu = await openTestGpu();
  const trainer = await createTrainer({ gpu, environment: cartpole, config });
  const policyLosses: number[] = [];
  for await (const report of trainer) policyLosses.push(report.agents[0]!['losses/policy_loss']);
  const parameters = Array.from(await trainer.parameters());
  trainer.destroy();
  return { policyLosses, parameters };
}

describe.skipIf(problem !== undefined)(
  `training in Chromium${problem ? ` (${problem})` : ''}`,
  () => {
    it("agrees with Node on the same seed, in a page under default-src 'self'", async () => {
      const node = await trainInNode(SHORT_RUN);
      const page = await trainInPage();
      expect(page.mayEvaluate).toBe(false);
      expectAgreement(node, page);
    });
  },
);
