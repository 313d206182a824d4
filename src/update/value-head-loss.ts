/** The loss of a value head on a minibatch: its derivative by the head's value. */
import { LOSS_CONSTANTS } from '../config/loss-terms';
import type { Arena, Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { Minibatch } from './minibatches';

const LOSS_LANES = 64;

/** What an update has for a value head. */
export interface HeadTensors {
  /** That of its network. */
  readonly name: string;
  /** Targets of the whole batch, [K][T][stride]. */
  readonly returns: Tensor;
  /** Targets of the minibatch, [K][1][stride]. */
  readonly targets: Tensor;
  /** V, [K][1][stride] */
  readonly outputs: Tensor;
  /** [K][1][stride] */
  readonly dOutputs: Tensor;
}

export function declareHead(
  arena: Arena,
  { tensor, stride }: Minibatch,
  name: string,
  returns: Tensor,
): HeadTensors {
  const declare = (what: string): Tensor =>
    arena.declare(`${name} ${what}`, [tensor.shape[0]!, 1, stride]);
  return {
    ...{ name, returns, targets: declare('targets'), outputs: declare('outputs') },
    dOutputs: declare('gradient of the output'),
  };
}

/** Derivatives of vf_coef · ½ (V - R)², a mean over the minibatch. */
export function valueHeadLoss(
  { kernels }: Runtime,
  agents: Tensor,
  { samples, stride }: Minibatch,
  { targets, outputs, dOutputs }: HeadTensors,
): Dispatch {
  const constants = { LOSS_LANES, VF_COEF: LOSS_CONSTANTS.VF_COEF! };
  return kernels.kernel({ shader: 'update/value-head-loss', constants }).dispatch({
    shape: { samples, stride },
    tensors: {
      agents: read(agents),
      targets: read(targets),
      outputs: read(outputs),
      d_outputs: write(dOutputs),
    },
    workgroups: [Math.ceil(stride / LOSS_LANES), 1, agents.shape[0]!],
  });
}
