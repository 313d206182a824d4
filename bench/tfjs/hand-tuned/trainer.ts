/** One thread's share of the hand-tuned form. */
import * as tf from '@tensorflow/tfjs-core';
import { seededRandom } from '../random';
import type { Workload } from '../workload';
import { Adam } from './adam';
import { ROW } from './cartpoles';
import { lossDerivatives, type Normalization, normalization } from './loss';
import { backward, finishGradient, forward, type SigmoidForm, sigmoidForm } from './network';
import { createLayout, initialParameters, type Layout } from './parameters';
import type { Primitives } from './primitives';
import { Rollout } from './rollout';
import type { Team } from './team';

interface Forms {
  readonly actor: SigmoidForm;
  readonly critic: SigmoidForm;
}

export class Trainer {
  private readonly layout: Layout;
  /** Layout of the sums that backward computes. */
  private readonly sumsLayout: Layout;
  private readonly sums: Float32Array;
  private readonly parameters: Float32Array;
  private readonly gradient: Float32Array;
  private readonly adam: Adam;
  private readonly rollout: Rollout;
  private readonly order: Uint32Array;
  private readonly random: () => number;

  constructor(
    private readonly workload: Workload,
    private readonly team: Team,
    private readonly primitives: Primitives,
  ) {
    const { envs, steps, hidden, seed, learningRate, adamEpsilon, maxGradNorm } = workload;
    this.layout = createLayout(hidden, 2);
    this.sumsLayout = createLayout(hidden, 1);
    this.sums = new Float32Array(this.sumsLayout.size);
    this.parameters = initialParameters(this.layout, workload);
    this.gradient = new Float32Array(this.layout.size);
    this.adam = new Adam(this.layout.size, learningRate, adamEpsilon, maxGradNorm);
    this.random = seededRandom(seed * 1000 + team.rank);
    this.rollout = new Rollout(envs / team.size, workload, this.random);
    this.order = Uint32Array.from({ length: (envs / team.size) * steps }, (_, sample) => sample);
  }

  takeReturns(): readonly number[] {
    return this.rollout.takeReturns();
  }

  async iterate(): Promise<void> {
    await this.collect();
    for (let epoch = 0; epoch < this.workload.epochs; epoch++) await this.learn();
  }

  /** tf.tidy for what has to wait in between. */
  private async scoped<T>(compute: () => Promise<T>): Promise<T> {
    tf.engine().startScope();
    try {
      return await compute();
    } finally {
      tf.engine().endScope();
    }
  }

  private rows(values: Float32Array): tf.Tensor2D {
    return tf.tensor2d(values, [values.length / ROW, ROW]);
  }

  private forms(): Forms {
    const { actor, critic } = this.layout;
    return {
      actor: sigmoidForm(this.parameters, actor),
      critic: sigmoidForm(this.parameters, critic),
    };
  }

  private async collect(): Promise<void> {
    const { rollout, primitives, workload } = this;
    await this.scoped(async () => {
      const { actor, critic } = this.forms();
      rollout.begin();
      for (let t = 0; t < workload.steps; t++) {
        await this.scoped(async () => {
          const { outputs } = forward(actor, this.rows(rollout.seen(t)));
          const [gaps] = await primitives.read([outputs]);
          rollout.step(t, gaps!);
        });
      }
      rollout.finish(await this.values(critic));
    });
  }

  /** Values of all rows of the rollout. */
  private async values(critic: SigmoidForm): Promise<Float32Array> {
    const { rows, observations } = this.rollout;
    const values = new Float32Array(rows);
    for (let first = 0; first < rows; first += this.primitives.chunk) {
      const last = Math.min(rows, first + this.primitives.chunk);
      await this.scoped(async () => {
        const chunk = observations.subarray(first * ROW, last * ROW);
        const { outputs } = forward(critic, this.rows(chunk));
        const [numbers] = await this.primitives.read([outputs]);
        values.set(numbers!, first);
      });
    }
    return values;
  }

  /** One epoch. */
  private async learn(): Promise<void> {
    const { order, workload } = this;
    for (let place = order.length - 1; place > 0; place--) {
      const other = Math.floor(this.random() * (place + 1));
      const sample = order[place]!;
      order[place] = order[other]!;
      order[other] = sample;
    }
    const size = order.length / workload.minibatches;
    for (const [index, normal] of this.normalizations(size).entries()) {
      await this.update(order.subarray(index * size, (index + 1) * size), normal);
    }
  }

  /** Normalization of the advantages of each minibatch, over all threads. */
  private normalizations(size: number): readonly Normalization[] {
    const { order, team, workload } = this;
    const { advantages } = this.rollout.batch;
    const sums = new Float64Array(2 * workload.minibatches);
    for (let place = 0; place < order.length; place++) {
      const minibatch = Math.floor(place / size);
      const advantage = advantages[order[place]!]!;
      sums[2 * minibatch]! += advantage;
      sums[2 * minibatch + 1]! += advantage * advantage;
    }
    team.sum(sums);
    return Array.from({ length: workload.minibatches }, (_, minibatch) =>
      normalization(size * team.size, sums[2 * minibatch]!, sums[2 * minibatch + 1]!),
    );
  }

  private async update(samples: Uint32Array, normal: Normalization): Promise<void> {
    const { chunk } = this.primitives;
    this.sums.fill(0);
    await this.scoped(async () => {
      const forms = this.forms();
      for (let first = 0; first < samples.length; first += chunk) {
        const indices = samples.subarray(first, first + chunk);
        await this.scoped(() => this.addGradient(forms, indices, normal, samples.length));
      }
    });
    this.team.sum(this.sums);
    finishGradient(this.gradient, this.layout.actor, this.sums, this.sumsLayout.actor);
    finishGradient(this.gradient, this.layout.critic, this.sums, this.sumsLayout.critic);
    this.adam.update(this.parameters, this.gradient);
  }

  private gather(indices: Uint32Array): tf.Tensor2D {
    const { observations } = this.rollout;
    const values = new Float32Array(indices.length * ROW);
    for (let place = 0; place < indices.length; place++) {
      const from = indices[place]! * ROW;
      const to = place * ROW;
      for (let field = 0; field < ROW; field++) values[to + field] = observations[from + field]!;
    }
    return this.rows(values);
  }

  /** Adds the gradient of some of a minibatch's samples; `share` is this thread's part of them. */
  private async addGradient(
    { actor, critic }: Forms,
    indices: Uint32Array,
    normal: Normalization,
    share: number,
  ): Promise<void> {
    const { primitives, rollout, workload, team } = this;
    const count = indices.length;
    const observations = this.gather(indices);
    const acted = forward(actor, observations);
    const valued = forward(critic, observations);
    const [gaps, values] = await primitives.read([acted.outputs, valued.outputs]);
    const outputs = { gaps: gaps!, values: values! };
    const d = { gaps: new Float32Array(count), values: new Float32Array(count) };
    lossDerivatives(rollout.batch, indices, outputs, d, normal, workload, share * team.size);
    const sums = [
      ...backward(primitives, actor, acted, tf.tensor2d(d.gaps, [count, 1])),
      ...backward(primitives, critic, valued, tf.tensor2d(d.values, [count, 1])),
    ];
    let offset = 0;
    for (const part of await primitives.read(sums)) {
      for (let place = 0; place < part.length; place++) {
        this.sums[offset + place]! += part[place]!;
      }
      offset += part.length;
    }
  }
}
