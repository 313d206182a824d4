/**
 * Frozen policies against which a world of two players is played, Q of each agent: they are the
 * population of one more network, whose samples are the boards that each of them plays on.
 */
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type ParameterBlock, wholeTensor } from '../kernels/blocks';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { Network } from '../network/network';
import { learnerPly } from './learner-ply';
import { opponentAct } from './opponent-act';
import { opponentPly } from './opponent-ply';
import type { EnvironmentOptions } from './rollout-shape';
import { type OpponentCount, opponentStride, type PlyPlace } from './two-players';

/** The policies of all agents' opponents. */
export interface OpponentPolicies extends OpponentCount {
  /** [K][Q][P]; only read. */
  readonly parameters: ParameterBlock;
}

export interface OpponentsOptions extends EnvironmentOptions {
  readonly policies: OpponentPolicies;
  readonly layout: ActorCriticLayout;
}

export class Opponents {
  private readonly actor: Network;
  /** [K Q][O][opponentStride] */
  private readonly observations: Tensor;
  /** [K Q][headSize][opponentStride] */
  private readonly heads: Tensor;
  /** [K][A][stride] */
  private readonly actions: Tensor;

  /** Declares the scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: OpponentsOptions,
  ) {
    const { arena } = runtime;
    const { task, layout, policies, buffer } = options;
    const { agents, envs, stride: columns } = buffer.sizes;
    const { distribution, observationSize, storage: stored } = task;
    const all = agents * policies.opponents;
    const stride = opponentStride(envs, policies.opponents);
    const storage = stored === 'u32' ? 'f32' : stored;
    this.observations = arena.declare(
      'opponent observations',
      [all, observationSize, stride],
      storage,
    );
    this.heads = arena.declare('opponent heads', [all, distribution.headSize, stride]);
    this.actions = arena.declare('opponent actions', [agents, distribution.actionSize, columns]);
    this.actor = layout.actor.create(runtime, {
      ...{ name: 'opponents', parameters: policies.parameters, trained: false },
      count: { agents: all, rows: 1, stride },
      storage: layout.storage,
    });
  }

  /** A step in which the learner has chosen its actions: its plies, then those of the opponents. */
  step(step: number): Dispatch[] {
    return this.plies({ step });
  }

  /** The first plies of those first games that opponents begin. */
  opening(): Dispatch[] {
    return this.plies({ step: 'opening' });
  }

  private plies(place: PlyPlace): Dispatch[] {
    const { runtime } = this;
    const { policies, layout, ...environments } = this.options;
    const options = {
      ...{ ...environments, ...policies, freeOffset: layout.freeOffset },
      opponentObservations: this.observations,
      opponentHeads: this.heads,
      opponentActions: this.actions,
    };
    return [
      ...learnerPly(runtime, options, place),
      ...this.actor.forward(wholeTensor(this.observations), wholeTensor(this.heads)),
      opponentAct(runtime, options, place),
      ...opponentPly(runtime, options, place),
    ];
  }
}
