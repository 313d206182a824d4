/** Lets environments on the host take the steps of a rollout, between two submissions each. */
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import { createReadable, readMapped, writeTensor } from '../gpu/readback';
import type { Runtime } from '../gpu/runtime';
import type { HostStep } from '../gpu/stage';
import { execute } from './execute';
import { HostBatch } from './host-batch';
import { hostStep } from './host-step';
import type { EnvironmentOptions } from './rollout-shape';

// Loaded together.
export { HostBatch };

const BYTES_PER_WORD = 4;

export class HostRollout {
  /** The actions as the environments get them, [K][T][A][stride]. */
  private readonly executed: Tensor;
  /** See shaders/rollout/host-step.wesl. */
  private readonly outcomes: Tensor;
  /** The executed actions of one step, [K][A][stride]. */
  private readable: GPUBuffer | undefined;

  /** Declares the tensors through which host and device exchange. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: EnvironmentOptions,
    private readonly hosts: HostBatch,
  ) {
    const { arena } = runtime;
    const { agents, steps, stride } = options.buffer.sizes;
    const { actionSize } = options.task.distribution;
    this.executed = arena.declare('executed actions', [agents, steps, actionSize, stride]);
    this.outcomes = arena.declare('host outcomes', [agents, hosts.outcomes.length / agents]);
    hosts.onClose(() => this.readable?.destroy());
  }

  /** Begins an episode in every environment; the device must have cleared the episodes before. */
  readonly reset: HostStep = async () => {
    await this.hosts.reset();
    this.hosts.check();
    writeTensor(this.runtime.gpu, this.options.environments.states, this.hosts.states);
  };

  /** What must run before the host's step. */
  before(step: number): Dispatch[] {
    return [execute(this.runtime, { ...this.options, executed: this.executed }, step)];
  }

  /** The host's step. */
  take(step: number): HostStep {
    return async () => {
      this.hosts.check();
      await this.hosts.step(await this.readActions(step));
      this.hosts.check();
      writeTensor(this.runtime.gpu, this.outcomes, this.hosts.outcomes);
    };
  }

  /** What must run after it. */
  after(step: number): Dispatch {
    return hostStep(this.runtime, { ...this.options, outcomes: this.outcomes }, step);
  }

  private async readActions(step: number): Promise<Float32Array> {
    const { gpu } = this.runtime;
    const { agents, steps, stride } = this.options.buffer.sizes;
    const bytes = this.options.task.distribution.actionSize * stride * BYTES_PER_WORD;
    this.readable ??= createReadable(gpu, 'readback of executed actions', agents * bytes);
    const encoder = gpu.device.createCommandEncoder();
    for (let k = 0; k < agents; k++) {
      const from = (k * steps + step) * bytes;
      encoder.copyBufferToBuffer(this.executed.buffer, from, this.readable, k * bytes, bytes);
    }
    gpu.device.queue.submit([encoder.finish()]);
    return new Float32Array(await readMapped(gpu, this.readable));
  }
}
