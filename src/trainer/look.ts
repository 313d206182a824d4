/** The steps that environments took between two looks of the host. */
import { executedAction } from '../distributions/executed';
import { type StateReader, stateReader } from '../environments/read-state';
import type { StateFields } from '../environments/state-fields';
import type { FloatType, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { floatsOf } from '../gpu/half';
import { readTensor } from '../gpu/readback';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import type { Happening } from './played-step';

/** Tensors that are read after a look. */
interface Recorded {
  readonly buffer: RolloutBuffer;
  /** [T + 1][K][N][stateWords] */
  readonly trace: Tensor;
}

const TERMINATED = 1;
const BYTES_PER_WORD = 4;

/** Reads looks of one task. */
export class LookReader {
  private readonly readState: StateReader;

  /** @throws EnvironmentError where the State of the environment is not understood. */
  constructor(
    private readonly gpu: Gpu,
    private readonly task: Task,
    private readonly recorded: Recorded,
  ) {
    this.readState = stateReader(task.environment, task.stateWords);
  }

  async read(): Promise<Look> {
    const { gpu, task, recorded, readState } = this;
    const { buffer, trace } = recorded;
    const floats = async (tensor: Tensor): Promise<Float32Array> =>
      floatsOf(await readTensor(gpu, tensor), tensor.type as FloatType);
    const [states, observations, actions, rewards, endings] = await Promise.all([
      readTensor(gpu, trace),
      floats(buffer.observations),
      floats(buffer.actions),
      floats(buffer.rewards),
      readTensor(gpu, buffer.endings),
    ]);
    const endingWords = new Uint32Array(endings);
    const rows = { states, observations, actions, rewards, endings: endingWords };
    return new Look(task, buffer, rows, readState);
  }
}

/** The contents of the tensors. */
interface Rows {
  readonly states: ArrayBuffer;
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly rewards: Float32Array;
  readonly endings: Uint32Array;
}

/** STEPS_PER_LOOK steps of all environments. */
export class Look {
  constructor(
    private readonly task: Task,
    private readonly buffer: RolloutBuffer,
    private readonly rows: Rows,
    private readonly readState: StateReader,
  ) {}

  /** Step `step` of an agent's environment, which must not have ended before. */
  happening(agent: number, environment: number, step: number): Happening {
    const { steps, stride } = this.buffer.sizes;
    const { rewards, endings } = this.rows;
    const at = (agent * steps + step) * stride + environment;
    const ending = endings[at]!;
    return {
      state: this.state(agent, environment, step),
      nextState: this.state(agent, environment, step + 1),
      observation: this.observation(agent, environment, step),
      nextObservation: this.observation(agent, environment, step + 1),
      action: this.action(agent, environment, step),
      reward: rewards[at]!,
      terminated: ending === TERMINATED,
      truncated: ending > TERMINATED,
    };
  }

  private state(agent: number, environment: number, row: number): StateFields {
    const { agents, envs } = this.buffer.sizes;
    const place = (row * agents + agent) * envs + environment;
    const bytes = this.task.stateWords * BYTES_PER_WORD;
    return this.readState(new DataView(this.rows.states, place * bytes, bytes));
  }

  private observation(agent: number, environment: number, row: number): number[] {
    const { rows, stride } = this.buffer.sizes;
    const { observationSize } = this.task;
    return Array.from({ length: observationSize }, (_, field) => {
      const place = ((agent * rows + row) * observationSize + field) * stride;
      return this.rows.observations[place + environment]!;
    });
  }

  private action(agent: number, environment: number, step: number): number[] {
    const { steps, stride } = this.buffer.sizes;
    const { distribution, environment: definition } = this.task;
    const { actionSize, actionRows } = distribution;
    const stored = Array.from({ length: actionSize }, (_, field) => {
      const place = ((agent * steps + step) * actionRows + field) * stride;
      return this.rows.actions[place + environment]!;
    });
    return executedAction(distribution, definition.action, stored);
  }
}
