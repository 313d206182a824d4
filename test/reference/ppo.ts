/**
 * One whole iteration of PPO for one agent: the specification that the device is held to.
 * Rollout, advantages, epochs of minibatches; each minibatch is forward, loss, backward, clip,
 * Adam.
 */

import {
  type ActorCritic,
  actorCriticForward,
  batchGradient,
  criticValue,
  flatten,
  unflatten,
} from './actor-critic';
import { ADAM_BETAS, adamStep, clipFactor, globalNorm } from './adam';
import { makeBatch } from './advantages';
import type { Distribution } from './distributions';
import type { Vector } from './linear';
import { mean } from './moments';
import { permutation } from './permutation';
import { batchLoss, explainedVariance, type LossSettings } from './ppo-loss';
import { keyWords, STREAM, threefry4x32 } from './rng';
import { rollout } from './rollout';
import { accumulate, clamp, deviation, discountedReturns } from './running-moments';
import type {
  Agent,
  Anneal,
  Episode,
  Learner,
  Normalizer,
  PpoSettings,
  Sample,
  Schedule,
  Task,
  Transition,
  UpdateStatistics,
} from './train-state';

export interface IterationResult<State> {
  readonly agent: Agent<State>;
  /** [T][N] */
  readonly transitions: readonly (readonly Transition[])[];
  /** [B], time-major: b = t N + n; as computed last, where it is computed anew between epochs. */
  readonly batch: readonly Sample[];
  /** [updateEpochs · numMinibatches] */
  readonly updates: readonly UpdateStatistics[];
  /** Of the values that the batch has. */
  readonly explainedVariance: number;
  /** Episodes that ended, in the order t, n. */
  readonly finished: readonly Omit<Episode<State>, 'state'>[];
}

/** The statistics with the raw observations that the rollout acted on. */
function observed(
  normalizer: Normalizer,
  transitions: readonly (readonly Transition[])[],
): Normalizer {
  const observations = normalizer.observations.map((running, field) =>
    accumulate(
      running,
      transitions.flat().map(({ observation }) => observation[field]!),
    ),
  );
  return { ...normalizer, observations };
}

/** The rewards that are learned from, [T][N], and the statistics with this rollout in them. */
export function scaleRewards(
  transitions: readonly (readonly Transition[])[],
  normalizer: Normalizer,
  settings: PpoSettings,
) {
  const { gamma, normReward, clipReward } = settings;
  const rewards = transitions.map((row) => row.map(({ reward }) => reward));
  const ended = transitions.map((row) => row.map((each) => each.terminated || each.truncated));
  const clipped = (reward: number): number => (clipReward > 0 ? clamp(reward, clipReward) : reward);
  if (!normReward) return { rewards: rewards.map((row) => row.map(clipped)), normalizer };
  const { returns, carried } = discountedReturns(rewards, ended, normalizer.discounted, gamma);
  const moments = accumulate(normalizer.returns, returns.flat());
  return {
    rewards: rewards.map((row) => row.map((reward) => clipped(reward / deviation(moments)))),
    normalizer: { ...normalizer, returns: moments, discounted: carried },
  };
}

/** The batch with this network's values; all else is as it was acted. */
function batchOf(
  network: ActorCritic,
  transitions: readonly (readonly Transition[])[],
  lastInputs: readonly Vector[],
  settings: PpoSettings,
): Sample[] {
  const seen = (input: Vector): number => criticValue(network, input, settings.activation);
  const valued = transitions.map((row) =>
    row.map((transition) => ({
      ...transition,
      value: seen(transition.input),
      finalValue: transition.finalInput ? seen(transition.finalInput) : 0,
    })),
  );
  return makeBatch(valued, lastInputs.map(seen), settings);
}

export type UpdateSettings = LossSettings &
  Pick<PpoSettings, 'maxGradNorm' | 'adamEps' | 'weightDecay' | 'activation'>;

export type Rates = Pick<Schedule, 'learningRate' | 'criticLearningRate'>;

/**
 * lr · 1.5^±1 where KL leaves desiredKl · 2^±1, within 1e-5 and 1e-2 (rsl_rl, Rudin et al. 2022).
 */
export function adaptRates(rates: Rates, kl: number, desiredKl: number): Rates {
  const low = kl > 0 && kl < desiredKl / 2;
  const factor = kl > 2 * desiredKl ? 1 / 1.5 : low ? 1.5 : 1;
  const learningRate = Math.min(1e-2, Math.max(1e-5, rates.learningRate * factor));
  const criticLearningRate = (rates.criticLearningRate * learningRate) / rates.learningRate;
  return { learningRate, criticLearningRate };
}

/** One update: forward, loss, backward, clip, Adam over one minibatch, [M]; `rates` sees its KL. */
export function update(
  { network, adam }: Learner,
  distribution: Distribution,
  minibatch: readonly Sample[],
  rates: (kl: number) => Rates,
  settings: UpdateSettings,
): { readonly learner: Learner; readonly statistics: UpdateStatistics } {
  const { activation, weightDecay } = settings;
  const traces = minibatch.map((s) => actorCriticForward(network, s.observation, activation));
  const loss = batchLoss(distribution, traces, minibatch, settings);
  const gradient = batchGradient(network, traces, loss.dParameters, loss.dValues, activation);
  const gradNorm = globalNorm(gradient);
  const clipped = gradient.map((g) => g * clipFactor(gradNorm, settings.maxGradNorm));
  const { learningRate, criticLearningRate } = rates(loss.statistics.approxKl);
  const isCritic = flatten({ ...marked(network, 0), critic: marked(network, 1).critic });
  const adamSettings = {
    ...ADAM_BETAS,
    learningRate: (p: number): number => (isCritic[p] === 1 ? criticLearningRate : learningRate),
    epsilon: settings.adamEps,
    weightDecay,
  };
  const result = adamStep(flatten(network), clipped, adam, adamSettings);
  return {
    learner: { network: unflatten(result.parameters, network), adam: result.state },
    statistics: { ...loss.statistics, gradNorm },
  };
}

/** The network with every parameter replaced by `mark`. */
function marked(network: ActorCritic, mark: number): ActorCritic {
  return unflatten(
    flatten(network).map(() => mark),
    network,
  );
}

/** The order in which epoch `epoch` visits `size` things. */
export function epochOrder(iteration: number, epoch: number, size: number, settings: PpoSettings) {
  const key = keyWords({ ...settings, stream: STREAM.permutation }, iteration);
  return permutation(size, threefry4x32(key, [iteration % 2 ** 32, epoch, 0, 0]));
}

/** The elements of the batch by minibatch, [numMinibatches][M]. */
export function minibatchesOf(iteration: number, epoch: number, settings: PpoSettings): number[][] {
  const { numEnvs, numSteps, numMinibatches, minibatchBy } = settings;
  const whole = minibatchBy === 'environments';
  const things = whole ? numEnvs : numEnvs * numSteps;
  const order = epochOrder(iteration, epoch, things, settings);
  const size = things / numMinibatches;
  return Array.from({ length: numMinibatches }, (_, m) => {
    const own = order.slice(m * size, (m + 1) * size);
    if (!whole) return own;
    // All steps of these environments, time-major.
    return Array.from({ length: numSteps }, (_, t) => own.map((n) => t * numEnvs + n)).flat();
  });
}

/** The part of its first value that a number has while `left` of the run is left, 1 … 0. */
export function annealFactor(anneal: Anneal, left: number): number {
  if (anneal === false) return 1;
  // linear: left; cosine: (1 + cos(pi (1 - left))) / 2 = sin^2(pi left / 2), which does not cancel
  return anneal === 'cosine' ? Math.sin((Math.PI / 2) * left) ** 2 : left;
}

/**
 * beta doubles above 1.5 desiredKl and halves below desiredKl / 1.5 (PPO paper, section 4), within
 * 1e-6 and 1e3 so that it can come back; 0 stays off.
 */
export function adaptKlCoef(klCoef: number, kl: number, desiredKl: number): number {
  if (klCoef === 0) return 0;
  const factor = kl > 1.5 * desiredKl ? 2 : kl < desiredKl / 1.5 ? 0.5 : 1;
  return Math.min(1e3, Math.max(1e-6, factor * klCoef));
}

/** The schedule of the iteration that follows `iterations` finished ones. */
export function scheduleAfter(
  iterations: number,
  { rates, klCoef, kl }: { readonly rates: Rates; readonly klCoef: number; readonly kl: number },
  settings: PpoSettings,
): Schedule {
  const { annealLr, annealClip, annealEnt } = settings;
  const left = (settings.iterations - iterations) / settings.iterations;
  const part = (anneal: Anneal): number => annealFactor(anneal, left);
  const { learningRate, criticLearningRate } =
    annealLr === 'kl-adaptive'
      ? rates
      : {
          learningRate: settings.learningRate * part(annealLr),
          criticLearningRate: settings.criticLearningRate * part(annealLr),
        };
  return {
    learningRate,
    criticLearningRate,
    clipCoef: settings.clipCoef * part(annealClip),
    entCoef: settings.entCoef * part(annealEnt),
    klCoef: settings.annealKl ? adaptKlCoef(klCoef, kl, settings.desiredKl) : klCoef,
  };
}

/** Epochs of minibatches, until the KL divergence at the end of one is above targetKl. */
function trainEpochs<State>(
  agent: Agent<State>,
  batchFor: (network: ActorCritic) => Sample[],
  distribution: Distribution,
  settings: PpoSettings,
) {
  const { clipCoef, entCoef, klCoef } = agent.schedule;
  const clipVlossCoef =
    settings.clipVlossCoef === settings.clipCoef ? clipCoef : settings.clipVlossCoef;
  const current = { ...settings, clipCoef, entCoef, klCoef, clipVlossCoef };
  const { annealLr, desiredKl, targetKl, recomputeAdvantages } = settings;
  const updates: UpdateStatistics[] = [];
  let rates: Rates = agent.schedule;
  const ratesFor = (kl: number): Rates => {
    if (annealLr === 'kl-adaptive') rates = adaptRates(rates, kl, desiredKl);
    return rates;
  };
  let learner: Learner = agent;
  let batch = batchFor(learner.network);
  for (let epoch = 0; epoch < settings.updateEpochs; epoch += 1) {
    if (epoch > 0 && recomputeAdvantages) batch = batchFor(learner.network);
    if (epoch > 0 && targetKl > 0 && updates.at(-1)!.approxKl > targetKl) continue;
    for (const elements of minibatchesOf(agent.iteration, epoch, settings)) {
      const minibatch = elements.map((b) => batch[b]!);
      const result = update(learner, distribution, minibatch, ratesFor, current);
      learner = result.learner;
      updates.push(result.statistics);
    }
  }
  const kl = mean(updates.slice(-settings.numMinibatches).map(({ approxKl }) => approxKl));
  return { learner, batch, updates, change: { rates, klCoef, kl } };
}

/** The whole iteration. */
export function trainIteration<State>(
  agent: Agent<State>,
  task: Task<State>,
  settings: PpoSettings,
): IterationResult<State> {
  const { transitions, episodes, lastInputs, finished } = rollout(agent, task, settings);
  const scaled = scaleRewards(transitions, agent.normalizer, settings);
  const learned = transitions.map((row, t) =>
    row.map((transition, n) => ({ ...transition, reward: scaled.rewards[t]![n]! })),
  );
  const { learner, batch, updates, change } = trainEpochs(
    agent,
    (network) => batchOf(network, learned, lastInputs, settings),
    task.distribution,
    settings,
  );
  const normalizer = settings.normObs
    ? observed(scaled.normalizer, transitions)
    : scaled.normalizer;
  const iteration = agent.iteration + 1;
  const schedule = scheduleAfter(iteration, change, settings);
  return {
    agent: { ...learner, iteration, schedule, episodes, normalizer },
    transitions,
    batch,
    updates,
    explainedVariance: explainedVariance(
      batch.map((sample) => sample.oldValue),
      batch.map((sample) => sample.return),
    ),
    finished,
  };
}
