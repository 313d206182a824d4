/** The transitions of a rollout on the host. */
import type { FloatType, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { floatsOf } from '../gpu/half';
import { readTensor } from '../gpu/readback';
import type { RolloutBuffer } from './rollout-buffer';
import type { Task } from './task';

/** The contents of the tensors of a `RolloutBuffer`. */
interface Contents {
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly logProbs: Float32Array;
  readonly rewards: Float32Array;
  readonly endings: Uint32Array;
}

/** A rollout that was read; agents, environments, steps and rows are numbered from 0. */
export class PlayedRollout {
  private constructor(
    private readonly task: Task,
    readonly sizes: RolloutBuffer['sizes'],
    private readonly contents: Contents,
  ) {}

  static async read(gpu: Gpu, task: Task, buffer: RolloutBuffer): Promise<PlayedRollout> {
    const floats = async (tensor: Tensor): Promise<Float32Array> =>
      floatsOf(await readTensor(gpu, tensor), tensor.type as FloatType);
    const [observations, actions, logProbs, rewards, endings] = await Promise.all([
      floats(buffer.observations),
      floats(buffer.actions),
      floats(buffer.logProbs),
      floats(buffer.rewards),
      readTensor(gpu, buffer.endings),
    ]);
    const contents = { observations, actions, logProbs, rewards };
    return new PlayedRollout(task, buffer.sizes, {
      ...contents,
      endings: new Uint32Array(endings),
    });
  }

  /** @param row a step, or the row of a final observation */
  observation(agent: number, row: number, environment: number): number[] {
    const { observationSize } = this.task;
    const begin = (agent * this.sizes.rows + row) * observationSize;
    return this.column(this.contents.observations, begin, observationSize, environment);
  }

  /** As the policy took it, without its mask. */
  action(agent: number, step: number, environment: number): number[] {
    const { actionRows, actionSize } = this.task.distribution;
    const begin = (agent * this.sizes.steps + step) * actionRows;
    return this.column(this.contents.actions, begin, actionSize, environment);
  }

  logProb(agent: number, step: number, environment: number): number {
    return this.contents.logProbs[this.place(agent, step, environment)]!;
  }

  reward(agent: number, step: number, environment: number): number {
    return this.contents.rewards[this.place(agent, step, environment)]!;
  }

  /** CONTINUES, TERMINATED, or TRUNCATED + slot of the final observation. */
  ending(agent: number, step: number, environment: number): number {
    return this.contents.endings[this.place(agent, step, environment)]!;
  }

  private place(agent: number, step: number, environment: number): number {
    const { steps, stride } = this.sizes;
    return (agent * steps + step) * stride + environment;
  }

  private column(
    values: Float32Array,
    begin: number,
    fields: number,
    environment: number,
  ): number[] {
    const { stride } = this.sizes;
    return Array.from(
      { length: fields },
      (_, field) => values[(begin + field) * stride + environment]!,
    );
  }
}
