import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../bench/tfjs/backends';
import { type LossBatch, lossDerivatives, normalization } from '../../bench/tfjs/hand-tuned/loss';
import {
  backward,
  finishGradient,
  forward,
  sigmoidForm,
} from '../../bench/tfjs/hand-tuned/network';
import { createLayout, type NetworkLayout } from '../../bench/tfjs/hand-tuned/parameters';
import {
  type Primitives,
  plainPrimitives,
  wasmPrimitives,
} from '../../bench/tfjs/hand-tuned/primitives';
import { ppoLoss } from '../../bench/tfjs/idiomatic/loss';
import { seededRandom } from '../../bench/tfjs/random';
import { THROUGHPUT } from '../../bench/tfjs/workload';

/** Two blocks of the transposition, and three more. */
const SAMPLES = 19;
const HIDDEN = 6;
const WORKLOAD = { ...THROUGHPUT, entropy: 0.1 };

const random = seededRandom(3);
const layout = createLayout(HIDDEN, 2);
const sumsLayout = createLayout(HIDDEN, 1);
const parameters = Float32Array.from({ length: layout.size }, () => 1.6 * random() - 0.8);
const observations = Float32Array.from({ length: SAMPLES * 4 }, () => 2 * random() - 1);
/** Old log-probabilities and values far enough off that some samples clip. */
const batch: LossBatch = {
  actions: Uint8Array.from({ length: SAMPLES }, () => Math.floor(2 * random())),
  logProbabilities: Float32Array.from({ length: SAMPLES }, () => -1.2 * random()),
  advantages: Float32Array.from({ length: SAMPLES }, () => 4 * random() - 2),
  returns: Float32Array.from({ length: SAMPLES }, () => 3 * random()),
  values: Float32Array.from({ length: SAMPLES }, () => random() - 0.5),
};

function variables(network: NetworkLayout) {
  return network.map(({ inputs, outputs, offset }) => {
    const middle = offset + inputs * outputs;
    const kernel = tf.tensor2d(parameters.slice(offset, middle), [inputs, outputs]);
    const bias = tf.tensor1d(parameters.slice(middle, middle + outputs));
    return { kernel: tf.variable(kernel), bias: tf.variable(bias) };
  });
}

/** [P], by tfjs's own differentiation of the idiomatic form's loss. */
function automaticGradient(): number[] {
  const networks = { actor: variables(layout.actor), critic: variables(layout.critic) };
  const list = [...networks.actor, ...networks.critic].flatMap(({ kernel, bias }) => [
    kernel,
    bias,
  ]);
  const samples = {
    observations: tf.tensor2d(observations, [SAMPLES, 4]),
    actions: tf.tensor1d(batch.actions, 'int32'),
    logProbabilities: tf.tensor1d(batch.logProbabilities),
    advantages: tf.tensor1d(batch.advantages),
    returns: tf.tensor1d(batch.returns),
    values: tf.tensor1d(batch.values),
  };
  const { grads } = tf.variableGrads(() => ppoLoss(networks, samples, WORKLOAD), list);
  return list.flatMap(({ name }) => [...grads[name]!.dataSync()]);
}

/** [P], by the hand-tuned form. */
async function handDerivedGradient(primitives: Primitives): Promise<number[]> {
  const rows = Array.from({ length: SAMPLES }, (_, sample) => [
    ...observations.slice(4 * sample, 4 * sample + 4),
    1,
  ]);
  const input = tf.tensor2d(rows);
  const sum = batch.advantages.reduce((total, each) => total + each, 0);
  const squares = batch.advantages.reduce((total, each) => total + each * each, 0);
  const forms = [layout.actor, layout.critic].map((each) => sigmoidForm(parameters, each));
  const traces = forms.map((form) => forward(form, input));
  const read = await primitives.read(traces.map(({ outputs }) => outputs));
  const [gaps, values] = read.map((each) => each.slice());
  const d = { gaps: new Float32Array(SAMPLES), values: new Float32Array(SAMPLES) };
  const indices = Uint32Array.from({ length: SAMPLES }, (_, sample) => sample);
  const normal = normalization(SAMPLES, sum, squares);
  const outputs = { gaps: gaps!, values: values! };
  lossDerivatives(batch, indices, outputs, d, normal, WORKLOAD, SAMPLES);
  const sums = new Float32Array(sumsLayout.size);
  const parts = [d.gaps, d.values].flatMap((each, index) =>
    backward(primitives, forms[index]!, traces[index]!, tf.tensor2d(each, [SAMPLES, 1])),
  );
  let offset = 0;
  for (const part of await primitives.read(parts)) {
    sums.set(part, offset);
    offset += part.length;
  }
  const gradient = new Float32Array(layout.size);
  finishGradient(gradient, layout.actor, sums, sumsLayout.actor);
  finishGradient(gradient, layout.critic, sums, sumsLayout.critic);
  return [...gradient];
}

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [place, value] of expected.entries()) {
    expect(Math.abs(actual[place]! - value), `parameter ${place}`).toBeLessThan(1e-5 * largest);
  }
}

describe("the gradient of tfjs's hand-tuned form", () => {
  let expected: readonly number[] = [];

  beforeAll(async () => {
    await openBackend('cpu');
    expected = automaticGradient();
  });

  it('is that of autodiff on the cpu backend', async () => {
    await openBackend('cpu');
    expectSame(await handDerivedGradient(plainPrimitives(SAMPLES)), expected);
  });

  it('is that of autodiff with the transpositions for wasm', async () => {
    await openBackend('wasm');
    const primitives = wasmPrimitives(tf.backend() as BackendWasm);
    expectSame(await handDerivedGradient(primitives), expected);
  });
});
