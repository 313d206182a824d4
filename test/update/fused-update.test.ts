/** Every variant of the fused update against the files and against the layered form. */
import { describe, expect, test } from 'vitest';
import { type FusedForm, fusedObstacle } from '../../src/network/packed-weights';
import { LOSS_STATISTICS } from '../../src/update/ppo-loss';
import { expectClose } from '../reference/expect-close';
import { goldenNetwork, goldenSamples, type LossCase, readLossCases } from '../reference/fixtures';
import { openRuntime, readFloats } from '../support/run-dispatches';
import { GoldenUpdate, goldenLayout, goldenRecord } from './golden-update';

const runtime = await openRuntime();

const CASES = readLossCases().filter(
  ({ config, ...golden }) =>
    fusedObstacle(goldenLayout(config, { ...golden, config } as LossCase), runtime.gpu) ===
    undefined,
);

async function deviceUpdate(golden: LossCase, form?: FusedForm) {
  const run = new GoldenUpdate(runtime, {
    ...{ config: golden.config, batch: golden, network: goldenNetwork(golden) },
    ...{ record: goldenRecord(golden.config), samples: golden.batch, updates: 1, form },
  });
  await run.step(goldenSamples(golden), 0);
  return {
    gradients: await readFloats(runtime, run.update.gradients),
    statistics: await readFloats(runtime, run.update.statistics),
    parameters: await readFloats(runtime, run.parameters),
  };
}

test('cases', () => expect(CASES.length).toBeGreaterThan(1));

const FORMS: FusedForm[] = [
  { lanesAre: 'samples', lanes: 8, samples: 8, weights: 'uniform', handedOut: true },
  { lanesAre: 'samples', lanes: 8, samples: 4, weights: 'storage', handedOut: true },
  { lanesAre: 'neurons', lanes: 8, samples: 4, weights: 'storage', handedOut: true },
];

describe.each(CASES)('$config.distribution $hidden $config.activation $batch', (golden) => {
  test.each(FORMS)('$lanesAre: $lanes x $samples $weights', async (form) => {
    const layered = await deviceUpdate(golden);
    const fused = await deviceUpdate(golden, form);
    expectClose(fused.gradients, layered.gradients, 1e-5);
    expectClose(fused.statistics, layered.statistics, 1e-5);
    expect(LOSS_STATISTICS.length).toBeGreaterThan(0);
  });
});
