/** Episodes with the current policy, on the device: every environment plays exactly one. */

import { Arena } from '../gpu/arena';
import { attempt } from '../gpu/attempt';
import { tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import { type EpisodeMetrics, readEpisodeMetrics, recordEpisodeMetrics } from './episode-metrics';
import {
  checkEpisodes,
  type Episodes,
  type EpisodesSetup,
  recordEpisodes,
  STEPS_PER_LOOK,
} from './episodes';
import type { CheckedOptions } from './evaluate-options';
import { allEnded, summarize } from './evaluation-summary';
import type { Evaluation } from './metrics';
import { dispatchesToFirstStep } from './patience';
import { Scheduler } from './scheduler';

/** Ends errors about too many episodes. */
const ADVICE = 'evaluate fewer episodes at once (episodes)';

/**
 * Plays `episodes` fresh episodes per agent and sums up their undiscounted returns.
 * @throws LimitError for too many episodes, the signal's reason.
 */
export async function evaluate(
  { gpu, kernels, matrixUnits }: Omit<Runtime, 'arena'>,
  setup: EpisodesSetup,
  options: CheckedOptions,
): Promise<Evaluation> {
  options.signal?.throwIfAborted();
  checkEpisodes(gpu, options.episodes, ADVICE);
  const runtime = { gpu, kernels, matrixUnits, arena: new Arena(gpu, ADVICE) };
  let episodes: Measured | undefined;
  try {
    const record = (): Measured => recordMeasured(runtime, setup, options);
    episodes = await attempt(gpu, runtime.arena, record);
    return await play(runtime, episodes, setup, options);
  } finally {
    episodes?.close();
    // Kernels that were requested here for the first time may still be compiling.
    await kernels.settled();
    runtime.arena.destroy();
  }
}

/** Episodes with the metrics of their world, if it has any. */
interface Measured extends Episodes {
  readonly metrics: EpisodeMetrics | undefined;
}

function recordMeasured(runtime: Runtime, setup: EpisodesSetup, options: CheckedOptions): Measured {
  const episodes = recordEpisodes(runtime, setup, options);
  return { ...episodes, metrics: recordEpisodeMetrics(runtime, setup.task, episodes) };
}

/** Plays until all episodes have ended or reached the limit of steps. */
async function play(
  { gpu, kernels }: Runtime,
  { environments, reset, look, metrics }: Measured,
  { patience, check }: EpisodesSetup,
  options: CheckedOptions,
): Promise<Evaluation> {
  const proceed = (): void => {
    check();
    options.signal?.throwIfAborted();
  };
  await kernels.compiled();
  proceed();
  await tryStages(gpu, reset, patience);
  const watch = { patience, check, dispatches: dispatchesToFirstStep(look) };
  const scheduler = new Scheduler(gpu, look, environments.episodes, watch);
  try {
    let words = new Float32Array();
    for (let step = 0; step < options.maxSteps && !allEnded(words); step += STEPS_PER_LOOK) {
      proceed();
      await scheduler.submit();
      words = new Float32Array((await scheduler.report()).bytes);
    }
    proceed();
    const [agents, episodes] = environments.episodes.shape as [number, number, number];
    const measured = await readEpisodeMetrics(gpu, metrics, patience);
    return summarize(words, measured, { ...options, agents, episodes });
  } finally {
    scheduler.destroy();
  }
}
