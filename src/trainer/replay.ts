/** Finds the number of an iteration that was the first not to be finite. */
import type { Sizes } from '../config/sizes';
import type { Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { floatsOf } from '../gpu/half';
import { readTensor } from '../gpu/readback';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';

/** Where a number that is not finite began. */
export interface FaultOrigin {
  /** 0 … numAgents - 1 */
  readonly agent: number;
  /** 0 … numEnvs - 1 */
  readonly environment: number;
  /** Steps that the environment had taken in the run, this one included; 0 for its first reset. */
  readonly step: number;
  /** What was not finite: the first of these in the order in which a step computes them. */
  readonly quantity: 'observation' | 'log-probability' | 'reward';
  /** Name of the field of the observation, where it was that. */
  readonly field: string | undefined;
  /** The number: NaN, Infinity or -Infinity. */
  readonly value: number;
  /** The observation before the step, by field; undefined before the first step. */
  readonly observation: readonly number[] | undefined;
  /** The action of the step, as the environment's module gets it before it is clipped. */
  readonly action: readonly number[] | undefined;
}

/** What `Trainer.replay` returns. */
export interface Replay {
  /** The iteration that was played, 1 … */
  readonly iteration: number;
  /** Where the first number that is not finite began in the rollout; undefined if nowhere. */
  readonly origin: FaultOrigin | undefined;
  /** What was not finite in the iteration, for each agent: `fault` of its metrics. */
  readonly faults: readonly (string | null)[];
}

/** A rollout on the host. */
interface PlayedRollout {
  /** [K][rows][O][stride] */
  readonly observations: Float32Array;
  /** [K][T][actionRows][stride] */
  readonly actions: Float32Array;
  /** [K][T][stride] */
  readonly logProbs: Float32Array;
  readonly rewards: Float32Array;
  /** u32 */
  readonly endings: Uint32Array;
}

/** @param iteration number of the iteration, 1 … */
export async function findOrigin(
  gpu: Gpu,
  task: Task,
  sizes: Sizes,
  buffer: RolloutBuffer,
  iteration: number,
): Promise<FaultOrigin | undefined> {
  const rollout = await readRollout(gpu, buffer);
  const search = new Search(task, buffer.sizes, rollout, (iteration - 1) * sizes.steps);
  for (let step = -1; step < sizes.steps; step++) {
    for (let agent = 0; agent < sizes.agents; agent++) {
      for (let environment = 0; environment < sizes.envs; environment++) {
        const found = search.at(step, agent, environment);
        if (found) return found;
      }
    }
  }
  return undefined;
}

async function readRollout(gpu: Gpu, buffer: RolloutBuffer): Promise<PlayedRollout> {
  const read = async (tensor: Tensor): Promise<Float32Array> =>
    floatsOf(await readTensor(gpu, tensor), tensor.type === 'f16' ? 'f16' : 'f32');
  return {
    observations: await read(buffer.observations),
    actions: await read(buffer.actions),
    logProbs: await read(buffer.logProbs),
    rewards: await read(buffer.rewards),
    endings: new Uint32Array(await readTensor(gpu, buffer.endings)),
  };
}

/** Ending codes from this on name the row of a final observation. */
const TRUNCATED = 2;

class Search {
  constructor(
    private readonly task: Task,
    private readonly sizes: RolloutBuffer['sizes'],
    private readonly rollout: PlayedRollout,
    private readonly stepsBefore: number,
  ) {}

  /** What a step computed that is not finite; step -1 is the state in which the rollout began. */
  at(step: number, agent: number, environment: number): FaultOrigin | undefined {
    const found =
      step < 0 ? this.inObservation(agent, 0, environment) : this.inStep(step, agent, environment);
    if (!found) return undefined;
    const { actionSize } = this.task.distribution;
    return {
      ...{ agent, environment, step: this.stepsBefore + step + 1, ...found },
      observation: step < 0 ? undefined : this.observation(agent, step, environment),
      action: step < 0 ? undefined : this.action(agent, step, environment).slice(0, actionSize),
    };
  }

  private inStep(step: number, agent: number, environment: number): Found | undefined {
    const { rollout, sizes } = this;
    const place = (agent * sizes.steps + step) * sizes.stride + environment;
    const logProb = rollout.logProbs[place]!;
    if (!Number.isFinite(logProb)) return found('log-probability', logProb);
    const reward = rollout.rewards[place]!;
    if (!Number.isFinite(reward)) return found('reward', reward);
    const ending = rollout.endings[place]!;
    const final = sizes.steps + 1 + ending - TRUNCATED;
    return (
      (ending >= TRUNCATED ? this.inObservation(agent, final, environment) : undefined) ??
      this.inObservation(agent, step + 1, environment)
    );
  }

  private inObservation(agent: number, row: number, environment: number): Found | undefined {
    const values = this.observation(agent, row, environment);
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index === -1) return undefined;
    return found('observation', values[index]!, this.task.environment.observation[index]!.name);
  }

  private observation(agent: number, row: number, environment: number): number[] {
    const { rows, stride } = this.sizes;
    const { observationSize } = this.task;
    const begin = (agent * rows + row) * observationSize;
    return Array.from(
      { length: observationSize },
      (_, field) => this.rollout.observations[(begin + field) * stride + environment]!,
    );
  }

  private action(agent: number, step: number, environment: number): number[] {
    const { steps, stride } = this.sizes;
    const { actionRows } = this.task.distribution;
    const begin = (agent * steps + step) * actionRows;
    return Array.from(
      { length: actionRows },
      (_, row) => this.rollout.actions[(begin + row) * stride + environment]!,
    );
  }
}

type Found = Pick<FaultOrigin, 'quantity' | 'field' | 'value'>;

function found(quantity: Found['quantity'], value: number, field?: string): Found {
  return { quantity, value, field };
}
