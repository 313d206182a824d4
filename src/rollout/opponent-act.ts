/** Draws the opponents' actions from the output of their networks. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/blocks';
import { type ActingOptions, environmentWorkgroups } from './rollout-shape';
import { ROLLOUT_LANES } from './task';
import { type OpponentCount, type PlyPlace, plyShape, TWO_PLAYERS } from './two-players';

export interface OpponentActOptions extends ActingOptions, OpponentCount {
  /** [K Q][headSize][opponentStride] */
  readonly opponentHeads: Tensor;
  /** [K][Q][P] */
  readonly parameters: ParameterBlock;
  /** Index of the distribution's first free parameter within an agent's parameters. */
  readonly freeOffset: number;
  /** [K][A][stride] */
  readonly opponentActions: Tensor;
}

export function opponentAct(
  runtime: Runtime,
  options: OpponentActOptions,
  place: PlyPlace,
): Dispatch {
  const { task, agents, buffer, opponentHeads, parameters, freeOffset } = options;
  const source = task.program('rollout/opponent-act', { ROLLOUT_LANES });
  const conditions = { ...source.conditions, ...TWO_PLAYERS };
  return runtime.kernels.kernel({ ...source, conditions }).dispatch({
    shape: plyShape(options, { ...place, freeOffset, parameterStride: parameters.count }),
    tensors: {
      agents: read(agents),
      opponent_heads: read(opponentHeads),
      opponents: read(parameters.tensor),
      opponent_actions: write(options.opponentActions),
      masks: buffer.masks ? read(buffer.masks) : undefined,
    },
    workgroups: environmentWorkgroups(buffer.sizes),
  });
}
