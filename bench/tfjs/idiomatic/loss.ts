/** PPO's loss in tensors; autodiff does the rest. */
import * as tf from '@tensorflow/tfjs-core';
import type { Workload } from '../workload';
import { logits, logProbabilities, type Networks, values } from './networks';

/** Samples; all but the observations are [M]. */
export interface Samples {
  /** [M, 4] */
  readonly observations: tf.Tensor2D;
  /** int32 */
  readonly actions: tf.Tensor1D;
  readonly logProbabilities: tf.Tensor1D;
  readonly advantages: tf.Tensor1D;
  readonly returns: tf.Tensor1D;
  readonly values: tf.Tensor1D;
}

/** (A - mean) / (std + 1e-8) with the unbiased std. */
function normalize(advantages: tf.Tensor1D): tf.Tensor1D {
  const centred = tf.sub(advantages, tf.mean(advantages));
  const variance = tf.div(tf.sum(tf.square(centred)), advantages.size - 1);
  return tf.div(centred, tf.add(tf.sqrt(variance), 1e-8));
}

export function ppoLoss(networks: Networks, samples: Samples, workload: Workload): tf.Scalar {
  const { clip, entropy: entropyWeight, valueWeight } = workload;
  const advantages = normalize(samples.advantages);
  const logSoftmax = tf.logSoftmax(logits(networks, samples.observations));
  const logProbability = logProbabilities(logSoftmax, samples.actions);
  const ratio = tf.exp(tf.sub(logProbability, samples.logProbabilities));
  const clipped = tf.clipByValue(ratio, 1 - clip, 1 + clip);
  const gain = tf.minimum(tf.mul(ratio, advantages), tf.mul(clipped, advantages));
  const entropy = tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logSoftmax), logSoftmax), 1)));
  const value = values(networks, samples.observations);
  const change = tf.clipByValue(tf.sub(value, samples.values), -clip, clip);
  const error = tf.square(tf.sub(value, samples.returns));
  const clippedError = tf.square(tf.sub(tf.add(samples.values, change), samples.returns));
  const valueLoss = tf.mul(tf.mean(tf.maximum(error, clippedError)), 0.5);
  const bonus = tf.mul(entropy, entropyWeight);
  return tf.sub(tf.sub(tf.mul(valueLoss, valueWeight), tf.mean(gain)), bonus);
}
