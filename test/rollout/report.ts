/** The report of the last rollout, without a trainer. */
import { readTensor } from '../../src/gpu/readback';
import { MOMENTS_WORDS } from '../../src/kernels/moments';
import {
  type AgentReport,
  declareReports,
  reportStage,
  unpackReports,
} from '../../src/trainer/report';
import { STATISTICS } from '../../src/update/ppo-loss';
import { runDispatches } from '../support/run-dispatches';
import type { World } from '../support/world';

/** The report of the last rollout, without an update. */
export async function report({
  runtime,
  buffer,
  agents,
  environments,
}: World): Promise<AgentReport> {
  const { arena } = runtime;
  const reports = declareReports(arena, 1);
  const options = {
    sizes: buffer.sizes,
    agents,
    episodes: environments.episodes,
    statistics: arena.declare('statistics', [1, 1, STATISTICS.length]),
    batchMoments: arena.declare('batch moments', [1, 2, MOMENTS_WORDS]),
    slots: { residual: 0, returns: 1 },
    reports,
  };
  arena.allocate();
  await runDispatches(runtime, reportStage(runtime, options).dispatches);
  return unpackReports(await readTensor(runtime.gpu, reports), 1)[0]!;
}
