/** The transitions of a rollout on the host. */

import { unpackMask } from '../distributions/mask-words';
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { floatsOf } from '../gpu/half';
import { readTensor } from '../gpu/readback';
import { hasBits, observationRows, unpackBits } from '../kernels/observation-bits';
import type { RolloutBuffer } from './rollout-buffer';
import type { Task } from './task';

/** The contents of the tensors of a `RolloutBuffer`. */
interface Contents {
  /** Words where they are kept as bits. */
  readonly observations: Float32Array | Uint32Array;
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
    const words = async (tensor: Tensor): Promise<Uint32Array> =>
      new Uint32Array(await readTensor(gpu, tensor));
    const numbers = async (tensor: Tensor): Promise<Float32Array | Uint32Array> => {
      const { type } = tensor;
      return type === 'u32' ? words(tensor) : floatsOf(await readTensor(gpu, tensor), type);
    };
    const floats = async (tensor: Tensor): Promise<Float32Array> =>
      new Float32Array(await readTensor(gpu, tensor));
    const [observations, actions, logProbs, rewards, endings] = await Promise.all([
      numbers(buffer.observations),
      floats(buffer.actions),
      floats(buffer.logProbs),
      floats(buffer.rewards),
      words(buffer.endings),
    ]);
    const contents = { observations, actions, logProbs, rewards, endings };
    return new PlayedRollout(task, buffer.sizes, contents);
  }

  /** @param row a step, or the row of a final observation */
  observation(agent: number, row: number, environment: number): number[] {
    const rows = observationRows(this.task);
    const begin = (agent * this.sizes.rows + row) * rows;
    const stored = this.column(this.contents.observations, begin, rows, environment);
    return hasBits(this.task) ? unpackBits(stored, this.task.observationSize) : stored;
  }

  /** As the policy took it, without its mask. */
  action(agent: number, step: number, environment: number): number[] {
    return this.actionRows(agent, step, environment).slice(0, this.task.distribution.actionSize);
  }

  /** Which values of the choices were allowed; undefined where actions have no masks. */
  mask(agent: number, step: number, environment: number): boolean[] | undefined {
    const { actionSize, maskWords, distributionSize } = this.task.distribution;
    if (maskWords === 0) return undefined;
    const words = this.actionRows(agent, step, environment).slice(actionSize);
    return unpackMask(words, distributionSize);
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

  private actionRows(agent: number, step: number, environment: number): number[] {
    const { actionRows } = this.task.distribution;
    const begin = (agent * this.sizes.steps + step) * actionRows;
    return this.column(this.contents.actions, begin, actionRows, environment);
  }

  private place(agent: number, step: number, environment: number): number {
    const { steps, stride } = this.sizes;
    return (agent * steps + step) * stride + environment;
  }

  private column(
    values: Float32Array | Uint32Array,
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
