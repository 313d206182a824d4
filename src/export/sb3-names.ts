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

function layerTensors(prefix: string, layer: DenseLayer): NamedTensor[] {
  const { inputs, outputs, weight, bias } = layer;
  return [
    { name: `${prefix}.weight`, shape: [outputs, inputs], values: weight },
    { name: `${prefix}.bias`, shape: [outputs], values: bias },
  ];
}

function hiddenTensors(prefix: string, { hidden }: Perceptron): NamedTensor[] {
  let place = 0;
  return hidden.flatMap((layer) => {
    const { norm, outputs } = layer;
    const linear = layerTensors(`${prefix}.${place}`, layer);
    const own = `${prefix}.${place + 1}`;
    place += norm ? 3 : 2;
    if (!norm) return linear;
    return [
      ...linear,
      { name: `${own}.weight`, shape: [outputs], values: norm.gain },
      { name: `${own}.bias`, shape: [outputs], values: norm.bias },
    ];
  });
}

/** All tensors of a policy; with normObs also `obs_rms.mean` and `obs_rms.deviation`. */
export function sb3Tensors({ actor, critic, head, normalizer }: PolicyModel): NamedTensor[] {
  const shared = critic !== null && critic.hidden === actor.hidden;
  const { logStd } = head.kind === 'gaussian' ? head : { logStd: undefined };
  const vector = (name: string, values: Float32Array): NamedTensor => ({
    ...{ name, shape: [values.length], values },
  });
  return [
    ...hiddenTensors(shared ? HIDDEN_PREFIXES.shared : HIDDEN_PREFIXES.actor, actor),
    ...(critic && !shared ? hiddenTensors(HIDDEN_PREFIXES.critic, critic) : []),
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
