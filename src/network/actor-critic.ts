/**
 * The networks of an agent in one flat parameter vector: the actor, the critic, further value
 * heads, then the free parameters; or one network whose last layer has the actor's head and the
 * value.
 */
import type { Activation } from '../config/choices';
import { ConfigError } from '../config/config-error';
import type { FloatType } from '../gpu/arena';
import { layoutMlp, type MlpLayout, mlp, mlpOf } from './mlp-layout';
import type { NetworkKind, NetworkLayout, NetworkSizes } from './network';

/** Outputs of a network that mean something together. */
export interface NetworkOutput {
  readonly name: string;
  readonly kind: 'head' | 'value';
  readonly count: number;
}

/** A network that is trained as a whole. */
export interface TrainedNetwork {
  readonly name: string;
  readonly layout: NetworkLayout;
  /** In the order of its outputs. */
  readonly outputs: readonly NetworkOutput[];
  /** Where its outputs begin among the rows of head and value; null for those of value heads. */
  readonly outputRow: number | null;
  /** Whose learning rate its parameters have. */
  readonly group: 'actor' | 'critic';
}

export interface ActorCriticLayout {
  /** Observation to head; its hidden layers are the critic's too where the trunk is shared. */
  readonly actor: NetworkLayout;
  /** Observation to value; null where there is none. */
  readonly critic: NetworkLayout | null;
  /**
   * Every parameter but the free ones belongs to exactly one of them; those of a group lie side by
   * side.
   */
  readonly networks: readonly TrainedNetwork[];
  /** What the networks store results between their layers as. */
  readonly storage: FloatType;
  /**
   * Parameters with the critic's learning rate, from criticBegin up to criticEnd; equal where there
   * are none.
   */
  readonly criticBegin: number;
  readonly criticEnd: number;
  /** Index of the first free parameter of the distribution. */
  readonly freeOffset: number;
  readonly freeSize: number;
  /** P: parameters of one agent. */
  readonly parameterCount: number;
  /**
   * What the actor's head is on average, then the free parameters, before training; [headSize +
   * freeSize].
   */
  readonly initialOutputs: readonly number[];
}

/** Kinds of network in place of multilayer perceptrons. */
export interface NetworkKinds {
  /**
   * Observation [O] to head; by default an `mlp` of `hiddenSizes`, `activation` and `layerNorm`.
   */
  readonly actor?: NetworkKind | undefined;
  /**
   * Observation [O] to value [1]; by default an `mlp` of `hiddenSizes`, `criticActivation` and
   * `layerNorm`.
   */
  readonly critic?: NetworkKind | undefined;
}

/** The network of a value head. */
export interface HeadNetwork {
  readonly name: string;
  readonly network?: NetworkKind | undefined;
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
  /** Not with a shared trunk. */
  readonly networks?: NetworkKinds | undefined;
  /** Networks of values beside the critic's, with its kind where none is given; default none. */
  readonly valueHeads?: readonly HeadNetwork[] | undefined;
}

/**
 * Index among an agent's learning rates of that for the critic's own parameters; all others have
 * rate 0.
 */
export const CRITIC_RATE = 1;

/** Which networks there are. */
type Networks = Pick<ActorCriticLayout, 'actor' | 'critic' | 'networks'>;

/** @throws ConfigError for a kind of network that lays out something else than it was asked for. */
export function layoutActorCritic(sizes: ActorCriticSizes): ActorCriticLayout {
  const { headSize, freeSize, sharedTrunk = false, withCritic = true } = sizes;
  const layout = !withCritic ? actorAlone : sharedTrunk ? sharedNetwork : separateNetworks;
  const { actor, critic, networks: plain } = layout(sizes);
  const networks = [...plain, ...headNetworks(sizes, plain.at(-1)!.layout.end)];
  const freeOffset = networks.at(-1)!.layout.end;
  const ofCritic = networks.filter(({ group }) => group === 'critic');
  const zeros = Array.from({ length: headSize + freeSize }, () => 0);
  return {
    ...{ actor, critic, networks, storage: 'f32' },
    criticBegin: ofCritic[0]?.layout.begin ?? freeOffset,
    criticEnd: ofCritic.at(-1)?.layout.end ?? freeOffset,
    freeOffset,
    freeSize,
    parameterCount: freeOffset + freeSize,
    initialOutputs: sizes.initialOutputs ?? zeros,
  };
}

/** The networks that are multilayer perceptrons. */
export function perceptrons({ networks }: ActorCriticLayout): readonly MlpLayout[] {
  return networks.flatMap(({ layout }) => mlpOf(layout) ?? []);
}

/** Neurons of the widest hidden layer; 0 where there is none. */
export function widestHidden(layout: ActorCriticLayout): number {
  const hidden = perceptrons(layout).flatMap(({ layers }) => layers.slice(0, -1));
  return Math.max(0, ...hidden.map(({ outputs }) => outputs));
}

/** The largest number of outputs of any network. */
export function mostOutputs({ networks }: ActorCriticLayout): number {
  return Math.max(...networks.map(({ layout }) => layout.outputs));
}

const headOf = (count: number): NetworkOutput => ({ name: 'head', kind: 'head', count });
const VALUE: NetworkOutput = { name: 'value', kind: 'value', count: 1 };

function actorKind({
  hiddenSizes,
  activation,
  layerNorm,
  networks,
}: ActorCriticSizes): NetworkKind {
  return networks?.actor ?? mlp({ hiddenSizes, activation, layerNorm });
}

function criticKind(sizes: ActorCriticSizes): NetworkKind {
  const { hiddenSizes, criticActivation = 'same', layerNorm, networks } = sizes;
  const activation = criticActivation === 'same' ? sizes.activation : criticActivation;
  return networks?.critic ?? mlp({ hiddenSizes, activation, layerNorm });
}

/** Asks a kind for a network, and checks what it gives. */
function layOut(name: string, kind: NetworkKind, sizes: NetworkSizes): NetworkLayout {
  const layout = kind.layout(sizes);
  const wrong = (['inputs', 'outputs', 'begin'] as const).find((key) => layout[key] !== sizes[key]);
  const refuse = (field: string, allowed: string): never => {
    const value = layout[field as keyof NetworkLayout];
    const problem = `${name} has laid out a network whose ${field} is ${value}`;
    throw new ConfigError([`${problem}; it must be ${allowed}`]);
  };
  if (wrong) refuse(wrong, `${sizes[wrong]}`);
  const isInteger = (value: number, least: number) => Number.isInteger(value) && value >= least;
  if (!isInteger(layout.end, layout.begin)) refuse('end', `an integer of at least ${layout.begin}`);
  if (!isInteger(layout.scratch, 1)) refuse('scratch', 'an integer of at least 1');
  return layout;
}

function actorNetwork(sizes: ActorCriticSizes): TrainedNetwork {
  const { observationSize: inputs, headSize: outputs } = sizes;
  const layout = layOut('networks.actor', actorKind(sizes), { inputs, outputs, begin: 0 });
  return { name: 'actor', layout, outputs: [headOf(outputs)], outputRow: 0, group: 'actor' };
}

/** The networks of value heads, one behind the other from `begin` on. */
function headNetworks(sizes: ActorCriticSizes, begin: number): TrainedNetwork[] {
  const { observationSize: inputs, valueHeads = [] } = sizes;
  let end = begin;
  return valueHeads.map(({ name, network = criticKind(sizes) }) => {
    const layout = layOut(`value head ${name}`, network, { inputs, outputs: 1, begin: end });
    end = layout.end;
    const outputs = [{ ...VALUE, name }];
    return { name, layout, outputs, outputRow: null, group: 'critic' };
  });
}

function actorAlone(sizes: ActorCriticSizes): Networks {
  const network = actorNetwork(sizes);
  return { actor: network.layout, critic: null, networks: [network] };
}

function separateNetworks(sizes: ActorCriticSizes): Networks {
  const { observationSize: inputs, headSize: outputRow } = sizes;
  const actor = actorNetwork(sizes);
  const { end: begin } = actor.layout;
  const critic = layOut('networks.critic', criticKind(sizes), { inputs, outputs: 1, begin });
  const trained = { name: 'critic', layout: critic, outputs: [VALUE], outputRow } as const;
  return { actor: actor.layout, critic, networks: [actor, { ...trained, group: 'critic' }] };
}

/**
 * One network with head + 1 outputs; actor and critic are views on it that differ in the last
 * layer.
 */
function sharedNetwork(sizes: ActorCriticSizes): Networks {
  const { observationSize, hiddenSizes, headSize, activation, layerNorm } = sizes;
  const widths = [observationSize, ...hiddenSizes, headSize + 1];
  const joint = layoutMlp(widths, activation, 0, layerNorm);
  const outputs = [headOf(headSize), VALUE];
  return {
    actor: joint.withOutputs(0, headSize),
    critic: joint.withOutputs(headSize, 1),
    networks: [{ name: 'actor and critic', layout: joint, outputs, outputRow: 0, group: 'actor' }],
  };
}
