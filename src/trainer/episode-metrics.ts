/** What a world's own metrics have measured in each episode of an evaluation. */
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { read, write } from '../gpu/kernel';
import { readTensor } from '../gpu/readback';
import { tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { Patience } from '../gpu/stall';
import { environmentWorkgroups } from '../rollout/rollout-shape';
import { ROLLOUT_LANES, type Task } from '../rollout/task';
import type { Episodes } from './episodes';

/** How the metrics of all episodes are read. */
export interface EpisodeMetrics {
  /** As in the description. */
  readonly names: readonly string[];
  /** [K][N][names] */
  readonly values: Tensor;
  /** Writes the values, once the episodes have ended. */
  readonly stage: Stage;
}

/** What the episodes have measured. */
export interface MeasuredEpisodes {
  readonly names: readonly string[];
  /** [K][episodes][names]; 0 where an episode has not ended. */
  readonly values: Float32Array;
}

/** Allocates and records; undefined for a world without metrics. */
export function recordEpisodeMetrics(
  { arena, kernels }: Runtime,
  task: Task,
  { environments, buffer: { sizes } }: Pick<Episodes, 'environments' | 'buffer'>,
): EpisodeMetrics | undefined {
  const { metrics: names = [] } = task.environment;
  if (names.length === 0) return undefined;
  const { agents, envs } = sizes;
  const values = arena.declare('metrics of episodes', [agents, envs, names.length]);
  arena.allocate();
  const kernel = kernels.kernel(task.program('trainer/episode-metrics', { ROLLOUT_LANES }));
  const dispatch = kernel.dispatch({
    shape: { environments: envs },
    tensors: { states: read(environments.states), measured: write(values) },
    workgroups: environmentWorkgroups(sizes),
  });
  return { names, values, stage: { name: 'metrics', dispatches: [dispatch] } };
}

/** Reads the metrics of the episodes that have ended. */
export async function readEpisodeMetrics(
  gpu: Gpu,
  metrics: EpisodeMetrics | undefined,
  patience: Patience,
): Promise<MeasuredEpisodes> {
  if (!metrics) return { names: [], values: new Float32Array() };
  const { names, values, stage } = metrics;
  await tryStages(gpu, [stage], patience);
  return { names, values: new Float32Array(await readTensor(gpu, values)) };
}
