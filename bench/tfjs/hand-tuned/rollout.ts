/** T steps of a thread's environments on the host, and what they say of each action. */
import type { Workload } from '../workload';
import { CartPoles, ROW, RUNNING, TERMINATED, TRUNCATED } from './cartpoles';
import type { LossBatch } from './loss';

export class Rollout {
  /** The batch, time-major: sample t N + n. */
  readonly batch: LossBatch;
  /** [(T + 1) N][ROW], then a row for each episode that the clock ended. */
  observations: Float32Array;
  /** Rows of `observations` that are in use. */
  rows = 0;
  private readonly endings: Uint8Array;
  /** Row of the final observation if the clock ended an episode. */
  private readonly finalRows: Uint32Array;
  private readonly carts: CartPoles;

  constructor(
    private readonly envs: number,
    private readonly workload: Workload,
    private readonly random: () => number,
  ) {
    const size = envs * workload.steps;
    this.carts = new CartPoles(envs, random);
    this.observations = new Float32Array((size + 2 * envs) * ROW);
    this.endings = new Uint8Array(size);
    this.finalRows = new Uint32Array(size);
    this.batch = {
      actions: new Uint8Array(size),
      logProbabilities: new Float32Array(size),
      advantages: new Float32Array(size),
      returns: new Float32Array(size),
      values: new Float32Array(size),
    };
  }

  /** Before the first step of a rollout. */
  begin(): void {
    this.rows = (this.workload.steps + 1) * this.envs;
    this.observations.set(this.carts.states, 0);
  }

  /** Observations that step `t` acts on, [N][ROW]. */
  seen(t: number): Float32Array {
    const size = this.envs * ROW;
    return this.observations.subarray(t * size, (t + 1) * size);
  }

  /** Draws an action for each environment by the gap of its two logits, and steps them. */
  step(t: number, gaps: Float32Array): void {
    const { actions, logProbabilities } = this.batch;
    for (let env = 0; env < this.envs; env++) {
      const sample = t * this.envs + env;
      const gap = gaps[env]!;
      const action = this.random() * (1 + Math.exp(-gap)) < 1 ? 1 : 0;
      actions[sample] = action;
      // log p = -log(1 + e^∓gap)
      logProbabilities[sample] = -Math.log1p(Math.exp(action === 1 ? -gap : gap));
      const ending = this.carts.step(env, action);
      this.endings[sample] = ending;
      if (ending === RUNNING) continue;
      if (ending === TRUNCATED) this.keepFinal(sample, env);
      this.carts.reset(env);
    }
    this.observations.set(this.carts.states, (t + 1) * this.envs * ROW);
  }

  private keepFinal(sample: number, env: number): void {
    if ((this.rows + 1) * ROW > this.observations.length) {
      const larger = new Float32Array(2 * this.observations.length);
      larger.set(this.observations);
      this.observations = larger;
    }
    const final = this.carts.states.subarray(env * ROW, (env + 1) * ROW);
    this.observations.set(final, this.rows * ROW);
    this.finalRows[sample] = this.rows;
    this.rows += 1;
  }

  /**
   * Advantages and returns. A clock's ending is followed by the value of the final observation.
   * @param values of all rows.
   */
  finish(values: Float32Array): void {
    const { envs, batch, endings, finalRows } = this;
    const { steps, gamma, gaeLambda } = this.workload;
    batch.values.set(values.subarray(0, envs * steps));
    for (let env = 0; env < envs; env++) {
      let advantage = 0;
      for (let sample = (steps - 1) * envs + env; sample >= 0; sample -= envs) {
        const ending = endings[sample]!;
        const next = ending === TRUNCATED ? finalRows[sample]! : sample + envs;
        const future = ending === TERMINATED ? 0 : gamma * values[next]!;
        const delta = 1 + future - values[sample]!;
        advantage = delta + (ending === RUNNING ? gamma * gaeLambda * advantage : 0);
        batch.advantages[sample] = advantage;
        batch.returns[sample] = advantage + values[sample]!;
      }
    }
  }

  takeReturns(): readonly number[] {
    const taken = this.carts.finished;
    this.carts.finished = [];
    return taken;
  }
}
