/** T steps of every environment with the current policy. */
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import { type ParameterBlock, type SampleBlock, wholeTensor } from '../kernels/linear';
import type { ActorCriticLayout } from '../network/actor-critic';
import { Mlp } from '../network/mlp';
import { act } from './act';
import { type EnvironmentOptions, envReset, envStep, rolloutStart } from './env-step';
import type { RolloutBuffer } from './rollout-buffer';

/** Row `row` of every agent's observations, as a network's input. */
export function observationRow(buffer: RolloutBuffer, row: number): SampleBlock {
  const [, rows, fields, stride] = buffer.observations.shape as [number, number, number, number];
  const rowStride = fields * stride;
  return {
    tensor: buffer.observations,
    offset: row * rowStride,
    agentStride: rows * rowStride,
    rowStride,
  };
}

export interface RolloutOptions extends EnvironmentOptions {
  readonly parameters: ParameterBlock;
  readonly layout: ActorCriticLayout;
}

export class Rollout {
  private readonly actor: Mlp;
  private readonly heads: Tensor;

  /** Declares the actor's scratch memory. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: RolloutOptions,
  ) {
    const { buffer, task, layout, parameters } = options;
    const { agents, stride } = buffer.sizes;
    this.actor = new Mlp(
      runtime,
      'rollout actor',
      layout.actor,
      parameters,
      { agents, rows: 1, stride },
      false,
    );
    this.heads = runtime.arena.declare('rollout heads', [
      agents,
      task.distribution.headSize,
      stride,
    ]);
  }

  /** Runs once, before the first rollout. */
  reset(): Stage {
    return { name: 'reset', dispatches: [envReset(this.runtime, this.options)] };
  }

  /** One rollout: for each step, actor → act → env-step. */
  stage(): Stage {
    const { buffer, parameters, layout } = this.options;
    const acting = {
      ...this.options,
      heads: this.heads,
      parameters,
      freeOffset: layout.freeOffset,
    };
    const steps = Array.from({ length: buffer.sizes.steps }, (_, step) => [
      ...this.actor.forward(observationRow(buffer, step), wholeTensor(this.heads)),
      act(this.runtime, acting, step),
      envStep(this.runtime, this.options, step),
    ]);
    return {
      name: 'rollout',
      dispatches: [rolloutStart(this.runtime, this.options), ...steps.flat()],
    };
  }
}
