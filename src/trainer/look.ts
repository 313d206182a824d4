/** The steps that environments took between two looks of the host. */
import { executedAction } from '../distributions/executed';
import { type KeptState, type StateReader, stateReader } from '../environments/read-state';
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { readTensor } from '../gpu/readback';
import { TERMINATED, TRUNCATED } from '../rollout/episode';
import { PlayedRollout } from '../rollout/played-rollout';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import type { Happening, LiveState } from './played-step';

/** Tensors that are read after a look. */
interface Recorded {
  readonly buffer: RolloutBuffer;
  /** [T + 1][1][N][stateWords] */
  readonly trace: Tensor;
}

const BYTES_PER_WORD = 4;

/** Reads looks of one task at the only agent that plays. */
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
    const [states, rollout] = await Promise.all([
      readTensor(gpu, recorded.trace),
      PlayedRollout.read(gpu, task, recorded.buffer),
    ]);
    return new Look(task, states, rollout, readState);
  }
}

/** Some steps of all environments. */
export class Look {
  constructor(
    private readonly task: Task,
    private readonly states: ArrayBuffer,
    private readonly rollout: PlayedRollout,
    private readonly readState: StateReader,
  ) {}

  /** Step `step` of an environment, which must not have ended before. */
  happening(environment: number, step: number): Happening {
    return {
      ...this.shown(environment, step),
      nextState: this.state(environment, step + 1).state,
      nextObservation: this.rollout.observation(0, step + 1, environment),
    };
  }

  /** Step `step` of an environment, without what follows it. */
  shown(environment: number, step: number): LiveState {
    const { task, rollout } = this;
    const ending = rollout.ending(0, step, environment);
    const action = rollout.action(0, step, environment);
    const mask = rollout.mask(0, step, environment);
    const { state, params } = this.state(environment, step);
    return {
      ...{ state, params, mask },
      observation: rollout.observation(0, step, environment),
      action: executedAction(task.distribution, task.environment.action, action),
      reward: rollout.reward(0, step, environment),
      terminated: ending === TERMINATED,
      truncated: ending >= TRUNCATED,
    };
  }

  private state(environment: number, row: number): KeptState {
    const place = row * this.rollout.sizes.envs + environment;
    const bytes = this.task.stateWords * BYTES_PER_WORD;
    return this.readState(new DataView(this.states, place * bytes, bytes));
  }
}
