/** Makes the opponents' plies, with which a step of a world with two players ends. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { masksApart, steppingConditions } from './env-step';
import { maskStates } from './mask-states';
import { type EnvironmentOptions, environmentWorkgroups } from './rollout-shape';
import { ROLLOUT_LANES } from './task';
import { type OpponentCount, type PlyPlace, plyShape, TWO_PLAYERS } from './two-players';
import { worldBindings } from './world-bindings';

export interface OpponentPlyOptions extends EnvironmentOptions, OpponentCount {
  /** [K][A][stride] */
  readonly opponentActions: Tensor;
}

export function opponentPly(
  runtime: Runtime,
  options: OpponentPlyOptions,
  place: PlyPlace,
): readonly Dispatch[] {
  const { agents, environments, buffer, task } = options;
  const source = task.program('rollout/opponent-ply', { ROLLOUT_LANES });
  const conditions = { ...steppingConditions(source.conditions ?? {}, options), ...TWO_PLAYERS };
  const apart = masksApart(options);
  const made = runtime.kernels.kernel({ ...source, conditions }).dispatch({
    shape: plyShape(options, place),
    tensors: {
      agents: read(agents),
      opponent_actions: read(options.opponentActions),
      states: write(environments.states),
      episodes: write(environments.episodes),
      rewards: write(buffer.rewards),
      endings: write(buffer.endings),
      observations: write(buffer.observations),
      masks: buffer.masks && !apart ? write(buffer.masks) : undefined,
    },
    modules: worldBindings(environments),
    workgroups: environmentWorkgroups(buffer.sizes),
  });
  return apart ? [made, maskStates(runtime, options)] : [made];
}
