/** One iteration of PPO as a list of stages, recorded once and run again and again. */
import { Advantages } from '../advantages/advantages';
import { ReferencePolicy } from '../advantages/reference';
import { RewardScaling } from '../advantages/scale-rewards';
import { type ValueHead, ValueHeads } from '../advantages/value-heads';
import { Values } from '../advantages/values';
import { ESTIMATORS } from '../config/estimators';
import type { PpoConfig } from '../config/ppo-config';
import type { Sizes } from '../config/sizes';
import type { Tensor } from '../gpu/arena';
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { KernelPlan } from '../network/kernel-plan';
import type { HostBatch } from '../rollout/host-batch';
import { ObservationStatistics } from '../rollout/normalize-observations';
import { declarePlay, type Play } from '../rollout/play';
import {
  declareValueBuffer,
  type RolloutBuffer,
  type RolloutSizes,
} from '../rollout/rollout-buffer';
import type { RolloutMode } from '../rollout/rollout-shape';
import type { Task } from '../rollout/task';
import { writeWorld } from '../rollout/world-bindings';
import { type Reduce, Update } from '../update/update';
import { hostRandom } from './agent-record';
import { type OpponentPool, opponentPolicies } from './opponent-pool';
import { replaceOpponent } from './replace-opponent';
import { declareReports, reportStage } from './report';
import { scheduleStage } from './schedule';
import type { TrainState } from './train-state';

export interface IterationOptions {
  readonly config: PpoConfig;
  readonly task: Task;
  readonly sizes: Sizes;
  readonly rolloutSizes: RolloutSizes;
  readonly layout: ActorCriticLayout;
  readonly state: TrainState;
  readonly plan: KernelPlan;
  /** See `UpdateOptions.reduce`. */
  readonly reduce?: Reduce | undefined;
  readonly valueHeads?: readonly ValueHead[] | undefined;
}

export interface Iteration {
  /** Run once in a new run, when the host has written the state but for the environments'. */
  readonly reset: readonly Stage[];
  /** Run instead of `reset` when the host has written the state of a run that is under way. */
  readonly load: readonly Stage[];
  readonly stages: readonly Stage[];
  /** What the host reads after each iteration. */
  readonly reports: Tensor;
  /** The transitions of the latest rollout. */
  readonly rollout: RolloutBuffer;
  /** The environments, where they step on the host. */
  readonly hosts: HostBatch | undefined;
}

/**
 * Declares what an iteration needs besides the training state, allocates everything and records.
 * @throws LimitError when the adapter has no room; nothing is allocated then.
 */
export function recordIteration(runtime: Runtime, options: IterationOptions): Iteration {
  const parts = declareParts(runtime, options);
  runtime.arena.allocate();
  const { weights, rollout } = parts.play;
  weights.write();
  writeWorld(runtime.gpu, options.state.environments, options.task.environment);
  return {
    reset: [...weights.load(), rollout.reset()],
    load: weights.load(),
    stages: iterationStages(parts, options.config),
    reports: parts.reports,
    rollout: parts.play.buffer,
    hosts: parts.play.hosts,
  };
}

/** The objects that record the stages of an iteration. */
interface Parts {
  readonly play: Play;
  readonly reference: ReferencePolicy;
  readonly rewards: RewardScaling;
  readonly values: Values;
  readonly advantages: Advantages;
  readonly heads: ValueHeads;
  readonly update: Update;
  readonly observations: ObservationStatistics;
  readonly reports: Tensor;
  /** Recorded once the arena is allocated. */
  readonly report: () => Stage;
  readonly opponents: () => Stage[];
  readonly schedule: () => Stage;
}

function iterationStages(parts: Parts, { recomputeAdvantages }: PpoConfig): Stage[] {
  const { play, reference, rewards, values, advantages, heads, update, observations } = parts;
  const { weights, rollout } = play;
  const estimate = [values.stage(), advantages.stage(), ...heads.stages()];
  const betweenEpochs = recomputeAdvantages ? [...weights.synchronizeForward(), ...estimate] : [];
  return [
    ...rollout.stages(),
    ...heads.rewardStages(),
    ...reference.stages(),
    ...rewards.stages(),
    ...estimate,
    ...update.stages(betweenEpochs),
    ...weights.synchronize(),
    ...observations.stages(),
    parts.report(),
    ...parts.opponents(),
    parts.schedule(),
  ];
}

/** How environments are played in training. */
function trainingMode({ advantageEstimator, groupSize, staggerResets }: PpoConfig): RolloutMode {
  const { groups } = ESTIMATORS[advantageEstimator];
  return {
    ...{ greedy: false, episodeLimit: 0, staggered: staggerResets },
    groupSize: groups ? groupSize : 0,
  };
}

/** Lets the current policies join their opponents, now and then. */
function opponentStage(
  runtime: Runtime,
  { opponentInterval: interval }: PpoConfig,
  { agents, parameters }: TrainState,
  pool: OpponentPool,
): Stage {
  const dispatch = replaceOpponent(runtime, { agents, parameters, pool, interval });
  return { name: 'opponents', dispatches: [dispatch] };
}

function declareParts(runtime: Runtime, options: IterationOptions): Parts {
  const { config, task, sizes, rolloutSizes, layout, state, plan } = options;
  const { agents, environments, normalizer, pool } = state;
  const { observationMoments, returnMoments, discountedReturns } = normalizer;
  const parameters = { tensor: state.parameters, count: layout.parameterCount };
  const play = declarePlay(runtime, {
    config,
    task,
    sizes: rolloutSizes,
    layout,
    plan,
    mode: trainingMode(config),
    agents,
    parameters,
    environments,
    opponents: pool && opponentPolicies(pool.opponents),
    observationMoments,
    random: hostRandom(config),
  });
  const { weights, buffer } = play;
  const valueBuffer = declareValueBuffer(runtime.arena, rolloutSizes);
  const advantages = new Advantages(runtime, {
    config,
    agents,
    rollout: buffer,
    values: valueBuffer,
  });
  const batchMoments = advantages.moments.merged;
  const heads = new ValueHeads(runtime, {
    heads: options.valueHeads ?? [],
    agents,
    layout,
    parameters,
    rollout: buffer,
    learned: advantages.learned,
    batchMoments,
  });
  const update = new Update(runtime, {
    config,
    task,
    sizes,
    layout,
    plan: plan.update,
    agents,
    parameters,
    packed: weights.packed,
    optimizer: state.optimizer,
    faults: state.faults,
    rollout: buffer,
    values: heads.learned,
    headReturns: heads.returns,
    batchMoments: heads.batchMoments,
    reduce: options.reduce,
  });
  const { statistics } = update;
  const { minibatches } = sizes;
  const reports = declareReports(runtime.arena, sizes.agents, task.environment);
  return {
    play,
    reference: new ReferencePolicy(runtime, {
      task,
      agents,
      layout,
      reference: state.reference,
      rollout: buffer,
    }),
    rewards: new RewardScaling(runtime, {
      config,
      agents,
      buffer,
      returnMoments,
      discountedReturns,
    }),
    values: new Values(runtime, layout, parameters, buffer, valueBuffer, weights.forward),
    advantages,
    heads,
    update,
    observations: new ObservationStatistics(
      runtime,
      buffer,
      config.normObs ? observationMoments : undefined,
    ),
    reports,
    report: () =>
      reportStage(runtime, {
        sizes: rolloutSizes,
        agents,
        episodes: environments.episodes,
        statistics,
        batchMoments,
        slots: advantages.slots,
        reports,
        pool,
        world: { task, states: environments.states },
      }),
    opponents: () => (pool ? [opponentStage(runtime, config, state, pool)] : []),
    schedule: () => scheduleStage(runtime, agents, { statistics, minibatches }),
  };
}
