/** Finds actor and critic among the tensors of another library by their names. */
import type { TorchTensor } from '../formats/torch';
import { type ForeignFile, PolicyImportError } from './foreign-file';
import { HIDDEN_PREFIXES } from './sb3-names';

/** y = W x + b */
export interface ForeignLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs][inputs] */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/** The layers of both networks, hidden ones first. */
export interface ForeignNetworks {
  readonly actor: readonly ForeignLayer[];
  readonly critic: readonly ForeignLayer[];
  /** Whether the hidden layers are those of both. */
  readonly shared: boolean;
  /** [A]; undefined for choices. */
  readonly logStd: Float32Array | undefined;
}

/** Tensors that are handed out once, so that what is left over shows. */
class Tensors {
  private readonly rest: Map<string, TorchTensor>;

  constructor(tensors: ReadonlyMap<string, TorchTensor>) {
    this.rest = new Map(tensors);
  }

  take(name: string): TorchTensor | undefined {
    const tensor = this.rest.get(name);
    this.rest.delete(name);
    return tensor;
  }

  get names(): readonly string[] {
    return [...this.rest.keys()];
  }

  /** The linear layer of this name, if there is one. */
  layer(name: string): ForeignLayer | undefined {
    const weight = this.take(`${name}.weight`);
    const bias = this.take(`${name}.bias`);
    if (!weight && !bias) return undefined;
    if (weight?.shape.length !== 2 || bias?.shape.join() !== `${weight.shape[0]}`) {
      const shapes = [weight, bias].map((own) => (own ? `[${own.shape.join(', ')}]` : 'missing'));
      throw new PolicyImportError(
        `has a layer ${name} with weight ${shapes[0]} and bias ${shapes[1]}; a linear layer has ` +
          '[outputs, inputs] and [outputs]',
      );
    }
    const [outputs, inputs] = weight.shape as [number, number];
    return { inputs, outputs, weight: weight.values, bias: bias.values };
  }

  /** The linear layers of a torch `Sequential`, in order. */
  sequence(prefix: string): ForeignLayer[] {
    const places = this.names.flatMap((name) => {
      const inner = name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : '';
      return /^(\d+)\.weight$/.exec(inner)?.[1] ?? [];
    });
    const inOrder = places.sort((a, b) => Number(a) - Number(b));
    return inOrder.map((place) => this.layer(`${prefix}.${place}`)!);
  }
}

const found = <T>(part: T | undefined, name: string, tensors: ForeignFile['tensors']): T => {
  if (part !== undefined) return part;
  const names = [...tensors.keys()].slice(0, 8).join(', ') || 'no float tensors';
  throw new PolicyImportError(`has no ${name}; it has ${names}`);
};

/** ActorCriticPolicy of Stable-Baselines3. */
function fromSb3(tensors: Tensors, all: ForeignFile['tensors']): ForeignNetworks {
  const shared = tensors.sequence(HIDDEN_PREFIXES.shared);
  const actor = tensors.sequence(HIDDEN_PREFIXES.actor);
  const critic = tensors.sequence(HIDDEN_PREFIXES.critic);
  if (shared.length > 0 && actor.length + critic.length > 0) {
    throw new PolicyImportError(
      'has layers of its own for the actor or the critic behind shared ones; hidden layers must ' +
        'all be shared, or none',
    );
  }
  const head = found(tensors.layer('action_net'), 'action_net.weight', all);
  const value = found(tensors.layer('value_net'), 'value_net.weight', all);
  return {
    actor: [...shared, ...actor, head],
    critic: [...shared, ...critic, value],
    shared: shared.length > 0,
    logStd: tensors.take('log_std')?.values,
  };
}

/** Agent of CleanRL's ppo.py and ppo_continuous_action.py. */
function fromCleanRl(tensors: Tensors, all: ForeignFile['tensors']): ForeignNetworks {
  const layers = (...prefixes: readonly string[]): ForeignLayer[] | undefined =>
    prefixes.map((prefix) => tensors.sequence(prefix)).find((own) => own.length > 0);
  return {
    actor: found(layers('actor', 'actor_mean'), 'action_net.weight or actor.0.weight', all),
    critic: found(layers('critic'), 'critic.0.weight', all),
    shared: false,
    logStd: tensors.take('actor_logstd')?.values,
  };
}

/**
 * The networks of a file.
 * @throws PolicyImportError for other names and for layers that do not fit each other.
 */
export function foreignNetworks({ tensors: all }: ForeignFile): ForeignNetworks {
  const tensors = new Tensors(all);
  const networks = all.has('action_net.weight') ? fromSb3(tensors, all) : fromCleanRl(tensors, all);
  if (tensors.names.length > 0) {
    throw new PolicyImportError(
      `has ${tensors.names.slice(0, 4).join(', ')}, which the perceptrons of Stable-Baselines3 ` +
        'and CleanRL do not have',
    );
  }
  for (const layers of [networks.actor, networks.critic]) {
    for (const [index, { inputs }] of layers.entries()) {
      const before = layers[index - 1]?.outputs ?? inputs;
      if (before === inputs) continue;
      throw new PolicyImportError(`has a layer of ${inputs} inputs behind ${before} outputs`);
    }
  }
  return networks;
}
