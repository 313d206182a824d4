/** Every kind of fused update against the files and against layered updates. */
import { describe, test } from 'vitest';
import type { FusedUpdatePlan } from '../../src/network/kernel-plan';
import { hasFusedUpdates, whyNotFused } from '../../src/network/plan-limits';
import { expectClose } from '../reference/expect-close';
import { goldenNetwork, goldenSamples, type LossCase, readLossCases } from '../reference/fixtures';
import { openRuntime, readFloats } from '../support/run-dispatches';
import { fusedUpdates } from './fused-plans';
import { GoldenUpdate, goldenLayout, goldenRecord } from './golden-update';

const runtime = await openRuntime();

/** Networks that have fused updates. */
const CASES = readLossCases().filter((golden) => {
  const layout = goldenLayout(golden.config, golden);
  return whyNotFused(layout, runtime.gpu, 8) === undefined && hasFusedUpdates(layout);
});

async function deviceUpdate(golden: LossCase, plan?: FusedUpdatePlan) {
  const run = new GoldenUpdate(runtime, {
    ...{ config: golden.config, batch: golden, network: goldenNetwork(golden) },
    ...{ record: goldenRecord(golden.config), samples: golden.batch, updates: 1, plan },
  });
  await run.step(goldenSamples(golden), 0);
  return {
    gradients: await run.gradients(),
    statistics: await readFloats(runtime, run.update.statistics),
  };
}

describe.each(CASES)('$config.distribution $hidden $config.activation $batch', (golden) => {
  test.each(fusedUpdates(runtime.gpu))('$kind: $lanes x $samples, $subgroups', async (plan) => {
    const layered = await deviceUpdate(golden);
    const fused = await deviceUpdate(golden, plan);
    expectClose(fused.gradients, layered.gradients, 1e-5);
    expectClose(fused.statistics, layered.statistics, 1e-5);
  });
});
