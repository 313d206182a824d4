/**
 * Actor and critic in one flat parameter vector: two networks one after another, or a single
 * network whose last layer computes the actor's head and the value; then the free parameters.
 */
import type { Activation } from '../config/choices';
import type { FloatType } from '../gpu/arena';
import { layoutMlp, type MlpLayout } from './mlp';

/** A network that is trained as a whole. */
export interface TrainedNetwork {
  readonly name: 'actor' | 'critic' | 'actor and critic';
  readonly layout: MlpLayout;
  /** Row of its first output among the rows of head and value. */
  readonly outputRow: number;
}

export interface ActorCriticLayout {
  /** Observation to head; with a shared trunk its hidden layers are also the critic's. */
  readonly actor: MlpLayout;
  /** Observation to value; null without a critic. */
  readonly critic: MlpLayout | null;
  /** Every parameter but the free ones belongs to exactly one of them. */
  readonly networks: readonly TrainedNetwork[];
  /** The critic's own parameters are [criticBegin, criticEnd); equal if it has none. */
  readonly criticBegin: number;
  readonly criticEnd: number;
  /** Index of the first free parameter of the distribution. */
  readonly freeOffset: number;
  readonly freeSize: number;
  /** P: parameters of one agent. */
  readonly parameterCount: number;
  /** Initial bias of the actor's head, then initial free parameters; [headSize + freeSize]. */
  readonly initialOutputs: readonly number[];
}

export interface ActorCriticSizes {
  /** O */
  readonly observationSize: number;
  readonly headSize: number;
  readonly freeSize: number;
  readonly hiddenSizes: readonly number[];
  readonly activation: Activation;
  /** Activation of the critic's hidden layers; default 'same'. A shared trunk uses `activation`. */
  readonly criticActivation?: Activation | 'same';
  /** Whether actor and critic share the hidden layers; default false. */
  readonly sharedTrunk?: boolean;
  /** Whether hidden layers are normalized; default false. */
  readonly layerNorm?: boolean;
  /** Whether there is a critic; default true. */
  readonly withCritic?: boolean;
  /** Default all 0. */
  readonly initialOutputs?: readonly number[];
}

/** Index of the learning rate of the critic's own parameters; all others have rate 0. */
export const CRITIC_RATE = 1;

/** The networks, and the index just past their last parameter. */
type Networks = Pick<
  ActorCriticLayout,
  'actor' | 'critic' | 'networks' | 'criticBegin' | 'criticEnd'
> & { readonly end: number };

export function layoutActorCritic(sizes: ActorCriticSizes): ActorCriticLayout {
  const { headSize, freeSize, sharedTrunk = false, withCritic = true } = sizes;
  const layout = !withCritic ? actorAlone : sharedTrunk ? sharedNetwork : separateNetworks;
  const { end: freeOffset, ...networks } = layout(sizes);
  const zeros = Array.from({ length: headSize + freeSize }, () => 0);
  return {
    ...networks,
    freeOffset,
    freeSize,
    parameterCount: freeOffset + freeSize,
    initialOutputs: sizes.initialOutputs ?? zeros,
  };
}

/** Neurons of the widest hidden layer. */
export function widestHidden({ networks }: ActorCriticLayout): number {
  const hidden = networks.flatMap(({ layout }) => layout.layers.slice(0, -1));
  return Math.max(...hidden.map(({ outputs }) => outputs));
}

/** The largest number of outputs of any network. */
export function mostOutputs({ networks }: ActorCriticLayout): number {
  return Math.max(...networks.map(({ layout }) => layout.layers.at(-1)!.outputs));
}

function actorLayout(sizes: ActorCriticSizes): MlpLayout {
  const { observationSize, hiddenSizes, headSize, activation, layerNorm = false } = sizes;
  return layoutMlp([observationSize, ...hiddenSizes, headSize], activation, 0, layerNorm);
}

function actorAlone(sizes: ActorCriticSizes): Networks {
  const actor = actorLayout(sizes);
  const { end } = actor;
  return {
    actor,
    critic: null,
    networks: [{ name: 'actor', layout: actor, outputRow: 0 }],
    criticBegin: end,
    criticEnd: end,
    end,
  };
}

function separateNetworks(sizes: ActorCriticSizes): Networks {
  const { observationSize, hiddenSizes, headSize, activation, layerNorm = false } = sizes;
  const { criticActivation = 'same' } = sizes;
  const actor = actorLayout(sizes);
  const critic = layoutMlp(
    [observationSize, ...hiddenSizes, 1],
    criticActivation === 'same' ? activation : criticActivation,
    actor.end,
    layerNorm,
  );
  return {
    actor,
    critic,
    networks: [
      { name: 'actor', layout: actor, outputRow: 0 },
      { name: 'critic', layout: critic, outputRow: headSize },
    ],
    criticBegin: actor.end,
    criticEnd: critic.end,
    end: critic.end,
  };
}

/** The same layout, with the outputs of hidden layers stored as `storage`. */
export function storeHidden(layout: ActorCriticLayout, storage: FloatType): ActorCriticLayout {
  const store = (own: MlpLayout): MlpLayout => ({ ...own, storage });
  return {
    ...layout,
    actor: store(layout.actor),
    critic: layout.critic && store(layout.critic),
    networks: layout.networks.map((network) => ({ ...network, layout: store(network.layout) })),
  };
}

/**
 * One network with headSize + 1 outputs; actor and critic are views of it that share all but the
 * last layer.
 */
function sharedNetwork(sizes: ActorCriticSizes): Networks {
  const { headSize } = sizes;
  const joint = actorLayout({ ...sizes, headSize: headSize + 1 });
  const { end } = joint;
  return {
    actor: withOutputs(joint, 0, headSize),
    critic: withOutputs(joint, headSize, 1),
    networks: [{ name: 'actor and critic', layout: joint, outputRow: 0 }],
    criticBegin: end,
    criticEnd: end,
    end,
  };
}

/** The network restricted to `count` of its outputs, starting at output `first`. */
function withOutputs(layout: MlpLayout, first: number, count: number): MlpLayout {
  const last = layout.layers.at(-1)!;
  const head = {
    ...last,
    outputs: count,
    weightOffset: last.weightOffset + first * last.inputs,
    biasOffset: last.biasOffset + first,
  };
  return {
    ...layout,
    layers: [...layout.layers.slice(0, -1), head],
    end: head.biasOffset + count,
  };
}
