/** Finds the number of an iteration that was the first not to be finite. */
import type { Gpu } from '../gpu/device';
import { readTensor } from '../gpu/readback';
import { runStages } from '../gpu/run-stages';
import { TRUNCATED } from '../rollout/episode';
import { PlayedRollout } from '../rollout/played-rollout';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import type { Task } from '../rollout/task';
import type { BuiltRun } from './build-run';
import { faultOf } from './metrics';
import { unpackReports } from './report';

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

interface ReplayOptions {
  /** Number of the iteration, 1 … */
  readonly iteration: number;
  /** Awaits the device; see `Lifecycle`. */
  outlive(work: Promise<void>): Promise<void>;
}

/** Runs one iteration and looks for the first number that is not finite. */
export async function replayIteration(
  gpu: Gpu,
  task: Task,
  { stages, rollout, reports, sizes }: BuiltRun,
  { iteration, outlive }: ReplayOptions,
): Promise<Replay> {
  await outlive(runStages(gpu, stages.slice(0, 1)));
  const origin = await findOrigin(gpu, task, rollout, iteration);
  await outlive(runStages(gpu, stages.slice(1)));
  const bytes = await readTensor(gpu, reports);
  const found = unpackReports(bytes, sizes.agents, task.environment);
  return { iteration, origin, faults: found.map(faultOf) };
}

async function findOrigin(
  gpu: Gpu,
  task: Task,
  buffer: RolloutBuffer,
  iteration: number,
): Promise<FaultOrigin | undefined> {
  const rollout = await PlayedRollout.read(gpu, task, buffer);
  const search = new Search(task, rollout, (iteration - 1) * buffer.sizes.steps);
  const { sizes } = buffer;
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

class Search {
  constructor(
    private readonly task: Task,
    private readonly rollout: PlayedRollout,
    private readonly stepsBefore: number,
  ) {}

  /** What a step computed that is not finite; step -1 is the state in which the rollout began. */
  at(step: number, agent: number, environment: number): FaultOrigin | undefined {
    const found =
      step < 0 ? this.inObservation(agent, 0, environment) : this.inStep(step, agent, environment);
    if (!found) return undefined;
    const before = step < 0 ? undefined : this.rollout;
    return {
      ...{ agent, environment, step: this.stepsBefore + step + 1, ...found },
      observation: before?.observation(agent, step, environment),
      action: before?.action(agent, step, environment),
    };
  }

  private inStep(step: number, agent: number, environment: number): Found | undefined {
    const { rollout } = this;
    const logProb = rollout.logProb(agent, step, environment);
    if (!Number.isFinite(logProb)) return found('log-probability', logProb);
    const reward = rollout.reward(agent, step, environment);
    if (!Number.isFinite(reward)) return found('reward', reward);
    const ending = rollout.ending(agent, step, environment);
    const final = rollout.sizes.steps + 1 + ending - TRUNCATED;
    return (
      (ending >= TRUNCATED ? this.inObservation(agent, final, environment) : undefined) ??
      this.inObservation(agent, step + 1, environment)
    );
  }

  private inObservation(agent: number, row: number, environment: number): Found | undefined {
    const values = this.rollout.observation(agent, row, environment);
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index === -1) return undefined;
    return found('observation', values[index]!, this.task.environment.observation[index]!.name);
  }
}

type Found = Pick<FaultOrigin, 'quantity' | 'field' | 'value'>;

function found(quantity: Found['quantity'], value: number, field?: string): Found {
  return { quantity, value, field };
}
