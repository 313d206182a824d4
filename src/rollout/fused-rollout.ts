/** A fused rollout: actor, sampling and environments for many steps in one dispatch. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ForwardPass } from '../network/fused-forward';
import { largeState } from './large-values';
import { type EnvironmentOptions, modeConditions, rolloutShape } from './rollout-shape';
import { worldBindings } from './world-bindings';

/** Most transitions and most steps of one dispatch, so that none occupies the device for long. */
const MAX_TRANSITIONS = 2 ** 18;
const MAX_STEPS = 1024;

export interface FusedRolloutOptions extends EnvironmentOptions {
  readonly forward: ForwardPass;
  /** Moments that normalize observations into inputs, [K][O][RUNNING_MOMENTS_WORDS]; only read. */
  readonly observationMoments?: Tensor | undefined;
  /** Most steps of one dispatch; default 1024. */
  readonly mostSteps?: number | undefined;
}

/** Number of storage bindings of the kernel, weights included. */
export function rolloutBindings(normalized: boolean, hasTables = false): number {
  return (normalized ? 11 : 9) + Number(hasTables);
}

/** All steps of a rollout. */
export function fusedRollout(runtime: Runtime, options: FusedRolloutOptions): Dispatch[] {
  const { task, mode, agents, environments, buffer, forward, observationMoments } = options;
  const { sizes } = buffer;
  const { mostSteps = MAX_STEPS } = options;
  const { packed } = forward;
  const parts = forward.parts(packed.network('actor')!, sizes.envs);
  const source = task.program('rollout/fused-rollout', parts.constants);
  const normalized = observationMoments !== undefined;
  const kernel = runtime.kernels.kernel({
    ...source,
    aliases: { ...source.aliases, ...parts.aliases },
    conditions: { ...source.conditions, ...parts.conditions, normalized, ...modeConditions(mode) },
    spill: largeState(source.spill),
  });
  const byTransitions = Math.floor(MAX_TRANSITIONS / (sizes.envs * sizes.agents));
  const perDispatch = Math.max(1, Math.min(mostSteps, byTransitions));
  const firstSteps = Array.from(
    { length: Math.ceil(sizes.steps / perDispatch) },
    (_, index) => index * perDispatch,
  );
  return firstSteps.map((firstStep) =>
    kernel.dispatch({
      shape: rolloutShape(sizes, task, mode, firstStep, {
        stepCount: Math.min(perDispatch, sizes.steps - firstStep),
      }),
      tensors: {
        agents: read(agents),
        states: write(environments.states),
        episodes: write(environments.episodes),
        actions: write(buffer.actions),
        weights: read(packed.tensor),
        log_probs: write(buffer.logProbs),
        rewards: write(buffer.rewards),
        endings: write(buffer.endings),
        observations: write(buffer.observations),
        inputs: normalized ? write(buffer.inputs) : undefined,
        running: normalized ? read(observationMoments) : undefined,
      },
      modules: worldBindings(environments),
      workgroups: [Math.ceil(sizes.envs / forward.columnsOfBlock(sizes.envs)), 1, sizes.agents],
    }),
  );
}
