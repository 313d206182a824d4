import { describe, expect, it } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { createTrainer } from '../../src/trainer/trainer';
import { chromiumProblem, withPage } from '../support/chromium';
import { openTestGpu } from '../support/gpu';
import { libraryPage } from '../support/library-page';

const problem = await chromiumProblem();

const CONFIG = {
  seed: 5,
  numEnvs: 8,
  numSteps: 16,
  totalTimesteps: 3 * 8 * 16,
  learningRate: 1e-3,
  hiddenSizes: [16, 16],
};

interface Run {
  readonly policyLosses: readonly number[];
  readonly parameters: readonly number[];
}

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
    const config = ${JSON.stringify(CONFIG)};
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

async function trainInPage(): Promise<Run & { readonly mayEvaluate: boolean }> {
  return withPage(await libraryPage(SCRIPT), (page) =>
    page.evaluate(() => Reflect.get(window, 'run')),
  );
}

async function trainInNode(config: typeof CONFIG): Promise<Run> {
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
      const node = await trainInNode(CONFIG);
      const page = await trainInPage();
      expect(page.mayEvaluate).toBe(false);
      expect(page.policyLosses).toHaveLength(3);
      // The adapters differ in the last bits of exp and tanh; Adam's first steps magnify them.
      for (const [iteration, loss] of node.policyLosses.entries()) {
        expect(page.policyLosses[iteration]).toBeCloseTo(loss, 4);
      }
      const largest = node.parameters.reduce(
        (most, value, index) => Math.max(most, Math.abs(value - page.parameters[index]!)),
        0,
      );
      expect(largest).toBeLessThan(2e-4);
    });
  },
);
