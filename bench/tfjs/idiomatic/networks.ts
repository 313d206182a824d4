/** The two networks as variables, and what autodiff differentiates. */
import * as tf from '@tensorflow/tfjs-core';
import { initialLayers } from '../parameters';
import type { Workload } from '../workload';

interface Dense {
  readonly kernel: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

type Network = readonly Dense[];

export interface Networks {
  readonly actor: Network;
  readonly critic: Network;
}

function createNetwork(sizes: readonly number[], headGain: number, seed: number): Network {
  return initialLayers(sizes, headGain, seed).map(({ weights, biases, inputs, outputs }) => ({
    kernel: tf.variable(tf.tensor2d(weights, [inputs, outputs])),
    bias: tf.variable(tf.tensor1d(biases)),
  }));
}

export function createNetworks({ hidden, seed }: Workload): Networks {
  return {
    actor: createNetwork([4, hidden, hidden, 2], 0.01, seed),
    critic: createNetwork([4, hidden, hidden, 1], 1, seed),
  };
}

/** The computation of tf.layers' dense layers: a product with its bias fused, then tanh. */
function forward(network: Network, observations: tf.Tensor2D): tf.Tensor2D {
  return network.reduce<tf.Tensor2D>((input, { kernel, bias }, index) => {
    const output = tf.fused.matMul({ a: input, b: kernel, bias }) as tf.Tensor2D;
    return index === network.length - 1 ? output : tf.tanh(output);
  }, observations);
}

/** [B, 4] -> [B, 2] */
export function logits({ actor }: Networks, observations: tf.Tensor2D): tf.Tensor2D {
  return forward(actor, observations);
}

/** [B, 4] -> [B] */
export function values({ critic }: Networks, observations: tf.Tensor2D): tf.Tensor1D {
  return tf.squeeze<tf.Tensor1D>(forward(critic, observations), [1]);
}

/** log π(a|s), [B] */
export function logProbabilities(logSoftmax: tf.Tensor2D, actions: tf.Tensor1D): tf.Tensor1D {
  return tf.sum(tf.mul(logSoftmax, tf.oneHot(actions, 2)), 1);
}
