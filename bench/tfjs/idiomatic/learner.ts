/**
 * PPO as tfjs's own guides would have it: environments, acting, advantages and loss in tensors,
 * gradients by autodiff, tidy around each part, and no read but one of the finished returns at the
 * end of an iteration. The time limit counts as an ending: the value of the final observation is
 * left out, which is less work than Lockstep does.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Learner } from '../learner';
import type { Workload } from '../workload';
import { type CartPoles, observe, resetCartPoles, stepCartPoles } from './cartpoles';
import { ppoLoss, type Samples } from './loss';
import { createNetworks, logits, logProbabilities, values } from './networks';

/** Results of one step, [N] or [N, 4]. */
interface Transition {
  readonly observations: tf.Tensor2D;
  readonly actions: tf.Tensor1D;
  readonly logProbabilities: tf.Tensor1D;
  readonly ended: tf.Tensor1D;
  readonly finishedReturn: tf.Tensor1D;
}

/** Gradients scaled so that their common norm is at most `maximum`. */
function clipByGlobalNorm(gradients: tf.NamedTensorMap, maximum: number): tf.NamedTensorMap {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.sum(tf.stack(squares)));
  const scale = tf.minimum(1, tf.div(maximum, tf.add(norm, 1e-6)));
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, scale)]),
  );
}

/** tf.tidy, whose types know no interfaces. */
function tidily<T extends object>(compute: () => T): T {
  return tf.tidy(() => compute() as tf.TensorContainer) as T;
}

export function createIdiomaticLearner(workload: Workload, detail: string): Learner {
  const { envs, steps, epochs, minibatches, gamma, gaeLambda } = workload;
  const batch = envs * steps;
  const networks = createNetworks(workload);
  const optimizer = tf.train.adam(workload.learningRate, 0.9, 0.999, workload.adamEpsilon);
  let carts: CartPoles = resetCartPoles(envs);
  let finished: number[] = [];

  function step(): Transition {
    const before = carts;
    const { next, ...transition } = tidily(() => {
      const observations = observe(before);
      const outputs = logits(networks, observations);
      const actions = tf.squeeze<tf.Tensor1D>(tf.multinomial(outputs, 1) as tf.Tensor2D, [1]);
      const logProbability = logProbabilities(tf.logSoftmax(outputs), actions);
      return {
        observations,
        actions,
        logProbabilities: logProbability,
        ...stepCartPoles(before, actions),
      };
    });
    carts = next;
    tf.dispose({ ...before });
    return transition;
  }

  /** Advantages [T, N] from values [T + 1, N] and endings, last step first. */
  function advantages(allValues: tf.Tensor2D, ended: readonly tf.Tensor1D[]): tf.Tensor2D {
    const rows = tf.unstack(allValues) as tf.Tensor1D[];
    const result: tf.Tensor1D[] = [];
    let advantage: tf.Tensor1D = tf.zeros([envs]);
    for (let t = steps - 1; t >= 0; t--) {
      const goesOn = tf.sub(1, ended[t]!);
      // δ = r + γ V' - V, with a reward of 1 in every step
      const future = tf.mul(tf.mul(rows[t + 1]!, gamma), goesOn);
      const delta = tf.sub(tf.add(future, 1), rows[t]!);
      advantage = tf.add(delta, tf.mul(tf.mul(advantage, gamma * gaeLambda), goesOn));
      result.unshift(advantage);
    }
    return tf.stack(result) as tf.Tensor2D;
  }

  function samplesOf(transitions: readonly Transition[]): Samples {
    return tidily(() => {
      const seen = [...transitions.map((each) => each.observations), observe(carts)];
      const observations = tf.concat(seen) as tf.Tensor2D;
      const allValues = tf.reshape<tf.Rank.R2>(values(networks, observations), [steps + 1, envs]);
      const ended = transitions.map((each) => each.ended);
      const advantage = tf.reshape<tf.Rank.R1>(advantages(allValues, ended), [batch]);
      const value = tf.slice1d(tf.reshape<tf.Rank.R1>(allValues, [-1]), 0, batch);
      const flat = (key: 'actions' | 'logProbabilities'): tf.Tensor1D =>
        tf.concat1d(transitions.map((each) => each[key]));
      return {
        observations: tf.slice2d(observations, [0, 0], [batch, 4]),
        actions: flat('actions'),
        logProbabilities: flat('logProbabilities'),
        advantages: advantage,
        returns: tf.add(advantage, value),
        values: value,
      };
    });
  }

  function update(samples: Samples, indices: Uint32Array): void {
    tf.tidy(() => {
      const chosen = tf.tensor1d(Int32Array.from(indices), 'int32');
      const minibatch = Object.fromEntries(
        Object.entries(samples).map(([name, tensor]) => [name, tf.gather(tensor, chosen)]),
      ) as unknown as Samples;
      const { grads } = tf.variableGrads(() => ppoLoss(networks, minibatch, workload));
      const clipped = clipByGlobalNorm(grads, workload.maxGradNorm);
      optimizer.applyGradients(Object.entries(clipped).map(([name, tensor]) => ({ name, tensor })));
    });
  }

  function learn(samples: Samples): void {
    const size = batch / minibatches;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = tf.util.createShuffledIndices(batch);
      for (let first = 0; first < batch; first += size) {
        update(samples, order.subarray(first, first + size));
      }
    }
  }

  return {
    detail,
    stepsPerIteration: batch,
    async iterate() {
      const transitions = Array.from({ length: steps }, step);
      const samples = samplesOf(transitions);
      const returns = tf.concat1d(transitions.map((each) => each.finishedReturn));
      tf.dispose(transitions.map((each) => ({ ...each })));
      learn(samples);
      tf.dispose({ ...samples });
      // Queued after everything else, so waiting for it waits for the whole iteration.
      const ended = await returns.data();
      returns.dispose();
      for (const each of ended) if (each > 0) finished.push(each);
    },
    takeReturns() {
      const taken = finished;
      finished = [];
      return taken;
    },
    close() {},
  };
}
