/** The means of an iteration's losses, over many updates. */
import { expect, test } from 'vitest';
import { readTensor } from '../../src/gpu/readback';
import { MOMENTS_WORDS } from '../../src/kernels/moments';
import { EPISODE_WORDS } from '../../src/rollout/episode';
import { rolloutSizes } from '../../src/rollout/rollout-buffer';
import { declareReports, reportStage, unpackReports } from '../../src/trainer/report';
import { LOSS_STATISTICS, STATISTICS } from '../../src/update/ppo-loss';
import { expectClose } from '../reference/expect-close';
import { mean } from '../reference/moments';
import { agentsTensor } from '../support/agents';
import { floats, openRuntime, randomFloats, runDispatches } from '../support/run-dispatches';

const runtime = await openRuntime();
const AGENTS = 2;
const APPLIED = STATISTICS.indexOf('applied');

/** The reports of agents whose updates left these rows, [K][updates][STATISTICS]. */
async function reportsOf(rows: readonly number[], updates: number) {
  const sizes = rolloutSizes(AGENTS, 1, 1, { maxEpisodeSteps: 0 } as never);
  const reports = declareReports(runtime.arena, AGENTS);
  const options = {
    ...{ sizes, reports, slots: { residual: 0, returns: 1 } },
    agents: agentsTensor(runtime, [{}, {}]),
    episodes: floats(runtime, [AGENTS, 1, EPISODE_WORDS]),
    statistics: floats(runtime, [AGENTS, updates, STATISTICS.length], rows),
    batchMoments: floats(runtime, [AGENTS, 2, MOMENTS_WORDS]),
  };
  await runDispatches(runtime, reportStage(runtime, options).dispatches);
  return unpackReports(await readTensor(runtime.gpu, reports), AGENTS);
}

// Fewer than the lanes of a workgroup, as many, and several rounds of them with a rest.
test.each([1, 2, 3, 5, 63, 64, 65, 1000])(
  'of %i updates are over those that were applied, and counts over all',
  async (updates) => {
    const width = STATISTICS.length;
    const rows = randomFloats(AGENTS * updates * width, updates, 3).map((value, index) => {
      const row = Math.floor(index / width);
      // Every third update was applied, and the others skipped.
      if (index % width < APPLIED) return value;
      return Number((row % 3 === 0) === (index % width === APPLIED));
    });
    const reports = await reportsOf(rows, updates);
    for (const [agent, report] of reports.entries()) {
      const own = Array.from({ length: updates }, (_, update) => {
        const first = (agent * updates + update) * width;
        return rows.slice(first, first + width);
      });
      const applied = own.filter((row) => row[APPLIED] === 1);
      expect([report.applied, report.skipped]).toEqual([applied.length, updates - applied.length]);
      const names = [...LOSS_STATISTICS, 'grad_norm'] as const;
      const expected = names.map((_, i) =>
        applied.length === 0 ? 0 : mean(applied.map((row) => row[i]!)),
      );
      expectClose(
        names.map((name) => report[name]),
        expected,
        1e-5,
        1,
      );
    }
  },
);
