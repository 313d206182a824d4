/** Every variant of the fused update against the files and against the layered form. */
import { describe, test } from 'vitest';
import { type FusedForm, fusedObstacle, updateIsFused } from '../../src/network/fused-form';
import { expectClose } from '../reference/expect-close';
import { goldenNetwork, goldenSamples, type LossCase, readLossCases } from '../reference/fixtures';
import { openRuntime, readFloats } from '../support/run-dispatches';
import { fusedForms } from './fused-forms';
import { GoldenUpdate, goldenLayout, goldenRecord } from './golden-update';

const runtime = await openRuntime();

/** Networks whose update has a fused form. */
const CASES = readLossCases().filter((golden) => {
  const layout = goldenLayout(golden.config, golden);
  return fusedObstacle(layout, runtime.gpu, 8) === undefined && updateIsFused(layout);
});

async function deviceUpdate(golden: LossCase, form?: FusedForm) {
  const run = new GoldenUpdate(runtime, {
    ...{ config: golden.config, batch: golden, network: goldenNetwork(golden) },
    ...{ record: goldenRecord(golden.config), samples: golden.batch, updates: 1, form },
  });
  await run.step(goldenSamples(golden), 0);
  return {
    gradients: await run.gradients(),
    statistics: await readFloats(runtime, run.update.statistics),
  };
}

describe.each(CASES)('$config.distribution $hidden $config.activation $batch', (golden) => {
  test.each(fusedForms(runtime.gpu))('$update: $lanes x $updateSamples, $teams', async (form) => {
    const layered = await deviceUpdate(golden);
    const fused = await deviceUpdate(golden, form);
    expectClose(fused.gradients, layered.gradients, 1e-5);
    expectClose(fused.statistics, layered.statistics, 1e-5);
  });
});
