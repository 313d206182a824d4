/**
 * The numbers of a policy by the names that Stable-Baselines3's `ActorCriticPolicy` has in its
 * state dict. A hidden layer is the linear map, its normalization if it has one, its activation:
 * each takes a number, as in torch's `Sequential`.
 */
import type { DenseLayer, Perceptron, PolicyModel } from './policy-model';

/** One tensor of a state dict. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Prefixes of the hidden layers; SB3 up to 1.7 has the shared ones. */
export const HIDDEN_PREFIXES = {
  actor: 'mlp_extractor.policy_net',
  critic: 'mlp_extractor.value_net',
  shared: 'mlp_extractor.shared_net',
} as const;

/** Where the layers of a perceptron are, by the prefix of each. */
function hiddenNames(prefix: string, { hidden }: Perceptron): readonly string[] {
  const step = hidden.some(({ norm }) => norm) ? 3 : 2;
  return hidden.map((_, index) => `${prefix}.${step * index}`);
}

/** The name of the normalization behind a layer. */
const normName = (layer: string): string =>
  layer.replace(/\d+$/, (place) => `${Number(place) + 1}`);

function layerTensors(name: string, layer: DenseLayer): NamedTensor[] {
  const { inputs, outputs, weight, bias, norm } = layer;
  const own = [
    { name: `${name}.weight`, shape: [outputs, inputs], values: weight },
    { name: `${name}.bias`, shape: [outputs], values: bias },
  ];
  if (!norm) return own;
  const behind = normName(name);
  return [
    ...own,
    { name: `${behind}.weight`, shape: [outputs], values: norm.gain },
    { name: `${behind}.bias`, shape: [outputs], values: norm.bias },
  ];
}

/** The prefixes of the hidden layers of actor and critic. */
function prefixesOf({ actor, critic }: PolicyModel): { actor: string; critic: string | null } {
  const shared = critic !== null && critic.hidden === actor.hidden;
  return {
    actor: shared ? HIDDEN_PREFIXES.shared : HIDDEN_PREFIXES.actor,
    critic: critic && !shared ? HIDDEN_PREFIXES.critic : null,
  };
}

function hiddenTensors(prefix: string, network: Perceptron): NamedTensor[] {
  const names = hiddenNames(prefix, network);
  return network.hidden.flatMap((layer, index) => layerTensors(names[index]!, layer));
}

/** All tensors of a policy; with normObs also `normalizer.mean` and `normalizer.deviation`. */
export function sb3Tensors(model: PolicyModel): NamedTensor[] {
  const { actor, critic, head, normalizer } = model;
  const prefixes = prefixesOf(model);
  const { logStd } = head.kind === 'gaussian' ? head : { logStd: undefined };
  const vector = (name: string, values: Float32Array): NamedTensor => ({
    ...{ name, shape: [values.length], values },
  });
  return [
    ...hiddenTensors(prefixes.actor, actor),
    ...(prefixes.critic ? hiddenTensors(prefixes.critic, critic!) : []),
    ...layerTensors('action_net', actor.output),
    ...(critic ? layerTensors('value_net', critic.output) : []),
    ...(logStd instanceof Float32Array ? [vector('log_std', logStd)] : []),
    ...(normalizer
      ? [
          vector('normalizer.mean', normalizer.mean),
          vector('normalizer.deviation', normalizer.deviation),
        ]
      : []),
  ];
}
