/** Data tables, params that vary and metrics in another engine's compiler. */
import { expect, test } from 'vitest';
import { createTrainer } from '../../src/trainer/create-trainer';
import { fullWalk } from '../environments/prices';
import { findDeno } from '../support/deno';
import { openTestGpu } from '../support/gpu';

const gpu = await openTestGpu();
const deno = await findDeno(gpu.adapter.name);

/** The policy stays as it is, so that both engines play the same episodes. */
const RUN = {
  ...{ numEnvs: 8, numSteps: 16, numMinibatches: 1, totalTimesteps: 4 * 128, learningRate: 0 },
  maxSkippedUpdates: 0,
};

const PROGRAM = `
  import { createTrainer, requestGpu } from './src/index';
  import { fullWalk } from './test/environments/prices';
  const gpu = await requestGpu();
  const trainer = await createTrainer({ gpu, environment: fullWalk(), config: CONFIG });
  const found = [];
  for await (const { agents } of trainer) found.push(agents[0]);
  say(found);
`;

test.skipIf(typeof deno === 'string').each([[[4, 3]], [[4]]])(
  'plays the same episodes as here, %j',
  async (hiddenSizes) => {
    if (typeof deno === 'string') return;
    const config = { ...RUN, hiddenSizes };
    const trainer = await createTrainer({ gpu, environment: fullWalk(), config });
    const here: Record<string, unknown>[] = [];
    for await (const { agents } of trainer) here.push({ ...agents[0] });
    trainer.destroy();
    const there = deno.run(PROGRAM.replace('CONFIG', JSON.stringify(config))) as typeof here;
    expect(there).toHaveLength(4);
    for (const [index, metrics] of here.entries()) {
      for (const name of ['world/place', 'world/price', 'world/bonus']) {
        expect(metrics[name]).not.toBeNaN();
        expect(there[index]![name]).toBeCloseTo(metrics[name] as number, 4);
      }
    }
  },
);
