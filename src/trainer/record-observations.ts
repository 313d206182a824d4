/** Observations that a saved policy meets in its environment. */

import type { ActionSpace } from '../action-space';
import { distributionFor } from '../distributions/distribution';
import { unpackMask } from '../distributions/mask-words';
import type { Gpu } from '../gpu/device';
import { readTensor } from '../gpu/readback';
import { tryStages } from '../gpu/run-stages';
import { Rng } from '../kernels/rng';
import { LAYERED } from '../network/kernel-plan';
import { declareEnvironmentStates } from '../rollout/environment-states';
import { declarePlay } from '../rollout/play';
import { PlayedRollout } from '../rollout/played-rollout';
import { rolloutSizes } from '../rollout/rollout-buffer';
import { writeWorld } from '../rollout/world-bindings';
import type { ActInputs } from './act-on-device';
import { hostRandom } from './agent-record';
import { type LoadedAgent, withAgent } from './loaded-agent';
import { DEFAULT_STALL_TIMEOUT, patienceWith } from './patience';
import { rowsFirst } from './sample-rows';
import type { SavedPolicy } from './saved-policy';

/** How many observations are recorded: `environments` × `steps`. */
export interface RecordingSizes {
  readonly agent?: number | undefined;
  readonly environments: number;
  readonly steps: number;
}

/** The mask with all values allowed of a choice of which it allows none, as the device has it. */
function completed(mask: readonly boolean[], space: ActionSpace): boolean[] {
  const nvec = space.type === 'multi-discrete' ? space.nvec : [mask.length];
  let end = 0;
  return nvec.flatMap((count) => {
    end += count;
    const own = mask.slice(end - count, end);
    return own.includes(true) ? own : own.map(() => true);
  });
}

/** Random observations within their bounds, or within ±1 where there are none; all is allowed. */
function drawnObservations({ environment }: SavedPolicy, count: number): ActInputs {
  const { observation, action, actionMask } = environment;
  const rng = new Rng([0, 0, 0, 0], [0, 0, 0]);
  const bound = (value: number, other: number): number => (Number.isFinite(value) ? value : other);
  const row = (): Float32Array =>
    Float32Array.from(observation, ({ low, high }) => {
      const [least, most] = [bound(low, Math.min(-1, high)), bound(high, Math.max(1, low))];
      return least + (most - least) * rng.random();
    });
  const choices = distributionFor(action).distributionSize;
  const all = Array.from({ length: choices }, () => true);
  const rows = Array.from({ length: count }, row);
  return { observations: rows, masks: actionMask ? rows.map(() => all) : undefined };
}

/**
 * Observations that a policy meets when it acts by sampling, with their masks. Where its
 * environment steps on the host and was read from a file, they are drawn instead.
 */
export async function recordObservations(
  gpu: Gpu,
  saved: SavedPolicy,
  { agent = 0, environments: envs, steps }: RecordingSizes,
): Promise<ActInputs> {
  const { host } = saved.environment;
  if (host && !host.create) return drawnObservations(saved, envs * steps);
  const declare = (loaded: LoadedAgent) => {
    const { runtime, task, layout, config, agents, parameters, moments } = loaded;
    const sizes = rolloutSizes(1, envs, steps, task);
    const block = { tensor: parameters, count: layout.parameterCount };
    const environments = declareEnvironmentStates(runtime.arena, sizes, task);
    const { buffer, rollout, hosts } = declarePlay(runtime, {
      ...{ config, task, sizes, layout, plan: LAYERED, agents, environments },
      mode: { greedy: false, episodeLimit: 0, groupSize: 0 },
      parameters: block,
      // With two players it plays against itself.
      opponents: task.twoPlayers ? { parameters: block, opponents: 1 } : undefined,
      observationMoments: moments,
      random: hostRandom(config),
    });
    const close = (): void => hosts?.close();
    return { buffer, environments, close, stages: () => [rollout.reset(), ...rollout.stages()] };
  };
  return withAgent(gpu, saved, agent, declare, async ({ task, stages, declared }) => {
    const { buffer, environments } = declared;
    writeWorld(gpu, environments, saved.environment);
    const patience = patienceWith(
      saved.environment,
      'reset, step or observe',
      DEFAULT_STALL_TIMEOUT,
    );
    try {
      await tryStages(gpu, stages, patience);
    } finally {
      declared.close();
    }
    const { actionRows, actionSize, maskWords, distributionSize } = task.distribution;
    const { stride } = buffer.sizes;
    const played = await PlayedRollout.read(gpu, task, buffer);
    const acted = new Float32Array(await readTensor(gpu, buffer.actions));
    const shape = { count: envs, stride };
    const inStep = Array.from({ length: steps }, (_, step) => {
      const words = { ...shape, fields: maskWords };
      const offset = (step * actionRows + actionSize) * stride;
      return {
        observations: Array.from({ length: envs }, (_, n) =>
          Float32Array.from(played.observation(0, step, n)),
        ),
        masks: rowsFirst(acted, { ...words, offset }).map((own) =>
          completed(unpackMask(own, distributionSize), saved.environment.action),
        ),
      };
    });
    return {
      observations: inStep.flatMap((step) => step.observations),
      masks: maskWords > 0 ? inStep.flatMap((step) => step.masks) : undefined,
    };
  });
}
