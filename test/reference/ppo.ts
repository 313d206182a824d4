/**
 * One whole iteration of PPO for one agent: the specification that the device is held to.
 * Rollout, advantages, epochs of minibatches; each minibatch is forward, loss, backward, clip, Adam.
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
import { type Distribution, maskedBy } from './distributions';
import { gae } from './gae';
import type { Vector } from './linear';
import { mean, normalize } from './moments';
import { permutation } from './permutation';
import { batchLoss, explainedVariance, type LossSettings } from './ppo-loss';
import { keyWords, Rng, STREAM, threefry4x32 } from './rng';
import {
  accumulate,
  clamp,
  deviation,
  discountedReturns,
  normalizeObservation,
} from './running-moments';
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
  /** [B], time-major: b = t N + n */
  readonly batch: readonly Sample[];
  /** [updateEpochs · numMinibatches] */
  readonly updates: readonly UpdateStatistics[];
  /** Of the rollout's values, before any update. */
  readonly explainedVariance: number;
  /** Episodes that ended, in the order t, n. */
  readonly finished: readonly Omit<Episode<State>, 'state'>[];
}

/** What the networks see of an observation; the statistics stand still within an iteration. */
function inputOf(observation: Vector, { observations }: Normalizer, settings: PpoSettings): Vector {
  const { normObs, clipObs } = settings;
  return normObs ? normalizeObservation(observation, observations, clipObs) : observation;
}

function valueSeen<State>(agent: Agent<State>, observation: Vector, settings: PpoSettings): number {
  const input = inputOf(observation, agent.normalizer, settings);
  return criticValue(agent.network, input, settings.activation);
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

/** Step `t` of environment `n`: act, step, note an ending, and reset after one. */
function rolloutStep<State>(
  agent: Agent<State>,
  { environment, distribution }: Task<State>,
  settings: PpoSettings,
  episode: Episode<State>,
  t: number,
  n: number,
) {
  const rng = (stream: number, step: number): Rng =>
    new Rng({ ...settings, stream }, agent.iteration, step, n);
  const observation = environment.observe(episode.state);
  const input = inputOf(observation, agent.normalizer, settings);
  const { parameters, value } = actorCriticForward(agent.network, input, settings.activation);
  const mask = environment.actionMask?.(episode.state);
  const policy = maskedBy(distribution, mask);
  const action = policy.sample(parameters, rng(STREAM.act, t));
  const step = environment.step(episode.state, distribution.executed(action), rng(STREAM.step, t));
  const next: Episode<State> = {
    state: step.state,
    length: episode.length + 1,
    return: episode.return + step.reward,
  };
  const { reward, terminated } = step;
  const truncated = !terminated && next.length >= environment.maxEpisodeSteps;
  const transition: Transition = {
    observation,
    input,
    action,
    mask,
    logProb: policy.logProb(parameters, action),
    value,
    reward,
    terminated,
    truncated,
    finalValue: truncated ? valueSeen(agent, environment.observe(next.state), settings) : 0,
  };
  if (!terminated && !truncated) {
    return { transition, episode: next, finished: [] };
  }
  const fresh = { state: environment.reset(rng(STREAM.reset, t + 1)), length: 0, return: 0 };
  return { transition, episode: fresh, finished: [{ length: next.length, return: next.return }] };
}

/** T steps in each of the N environments. */
export function rollout<State>(agent: Agent<State>, task: Task<State>, settings: PpoSettings) {
  const transitions: Transition[][] = [];
  const finished: { readonly length: number; readonly return: number }[] = [];
  let episodes = agent.episodes;
  for (let t = 0; t < settings.numSteps; t += 1) {
    const steps = episodes.map((episode, n) => rolloutStep(agent, task, settings, episode, t, n));
    transitions.push(steps.map((step) => step.transition));
    finished.push(...steps.flatMap((step) => step.finished));
    episodes = steps.map((step) => step.episode);
  }
  const lastValues = episodes.map((episode) =>
    valueSeen(agent, task.environment.observe(episode.state), settings),
  );
  return { transitions, episodes, lastValues, finished };
}

/** Advantages and returns of the rollout, as the flat batch of samples, [B] with b = t N + n. */
export function makeBatch(
  transitions: readonly (readonly Transition[])[],
  lastValues: Vector,
  { gamma, gaeLambda, normAdv }: PpoSettings,
): Sample[] {
  const field = (pick: (transition: Transition) => number): number[][] =>
    transitions.map((row) => row.map(pick));
  const { advantages, returns } = gae({
    gamma,
    gaeLambda,
    rewards: field((transition) => transition.reward),
    values: field((transition) => transition.value),
    terminated: field((transition) => Number(transition.terminated)),
    truncated: field((transition) => Number(transition.truncated)),
    finalValues: field((transition) => transition.finalValue),
    lastValues,
  });
  const batch = transitions.flatMap((row, t) =>
    row.map((transition, n) => ({
      observation: transition.input,
      action: transition.action,
      mask: transition.mask,
      oldLogProb: transition.logProb,
      oldValue: transition.value,
      advantage: advantages[t]![n]!,
      return: returns[t]![n]!,
    })),
  );
  if (normAdv !== 'batch') return batch;
  const normalized = normalize(batch.map((sample) => sample.advantage));
  return batch.map((sample, b) => ({ ...sample, advantage: normalized[b]! }));
}

export type UpdateSettings = LossSettings &
  Pick<PpoSettings, 'maxGradNorm' | 'adamEps' | 'weightDecay' | 'activation'>;

export type Rates = Pick<Schedule, 'learningRate' | 'criticLearningRate'>;

/** lr · 1.5^±1 where KL leaves desiredKl · 2^±1, within 1e-5 and 1e-2 (rsl_rl, Rudin et al. 2022). */
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

/** The order in which epoch `epoch` visits the batch, [B]. */
export function epochOrder(iteration: number, epoch: number, size: number, settings: PpoSettings) {
  const key = keyWords({ ...settings, stream: STREAM.permutation });
  return permutation(size, threefry4x32(key, [iteration, epoch, 0, 0]));
}

/** The part of its first value that a number has after `done` of the run, 0 … 1. */
export function annealFactor(anneal: Anneal, done: number): number {
  if (anneal === false) return 1;
  // linear: 1 - done; cosine: (1 + cos(pi done)) / 2
  return anneal === 'cosine' ? (1 + Math.cos(Math.PI * done)) / 2 : 1 - done;
}

/** beta doubles above 1.5 desiredKl and halves below desiredKl / 1.5 (PPO paper, section 4). */
export function adaptKlCoef(klCoef: number, kl: number, desiredKl: number): number {
  if (kl > 1.5 * desiredKl) return 2 * klCoef;
  return kl < desiredKl / 1.5 ? klCoef / 2 : klCoef;
}

/** The schedule of the iteration that follows `iterations` finished ones. */
export function scheduleAfter(
  iterations: number,
  { rates, klCoef, kl }: { readonly rates: Rates; readonly klCoef: number; readonly kl: number },
  settings: PpoSettings,
): Schedule {
  const { annealLr, annealClip, annealEnt } = settings;
  const part = (anneal: Anneal): number => annealFactor(anneal, iterations / settings.iterations);
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
  batch: readonly Sample[],
  distribution: Distribution,
  settings: PpoSettings,
) {
  const { clipCoef, entCoef, klCoef } = agent.schedule;
  const clipVlossCoef =
    settings.clipVlossCoef === settings.clipCoef ? clipCoef : settings.clipVlossCoef;
  const current = { ...settings, clipCoef, entCoef, klCoef, clipVlossCoef };
  const { annealLr, desiredKl, targetKl } = settings;
  const size = batch.length / settings.numMinibatches;
  const updates: UpdateStatistics[] = [];
  let rates: Rates = agent.schedule;
  const ratesFor = (kl: number): Rates => {
    if (annealLr === 'kl-adaptive') rates = adaptRates(rates, kl, desiredKl);
    return rates;
  };
  let learner: Learner = agent;
  for (let epoch = 0; epoch < settings.updateEpochs; epoch += 1) {
    const order = epochOrder(agent.iteration, epoch, batch.length, settings);
    for (let m = 0; m < settings.numMinibatches; m += 1) {
      const minibatch = order.slice(m * size, (m + 1) * size).map((b) => batch[b]!);
      const result = update(learner, distribution, minibatch, ratesFor, current);
      learner = result.learner;
      updates.push(result.statistics);
    }
    if (targetKl > 0 && updates.at(-1)!.approxKl > targetKl) break;
  }
  const kl = mean(updates.slice(-settings.numMinibatches).map(({ approxKl }) => approxKl));
  return { learner, updates, change: { rates, klCoef, kl } };
}

/** The whole iteration. */
export function trainIteration<State>(
  agent: Agent<State>,
  task: Task<State>,
  settings: PpoSettings,
): IterationResult<State> {
  const { transitions, episodes, lastValues, finished } = rollout(agent, task, settings);
  const scaled = scaleRewards(transitions, agent.normalizer, settings);
  const learned = transitions.map((row, t) =>
    row.map((transition, n) => ({ ...transition, reward: scaled.rewards[t]![n]! })),
  );
  const batch = makeBatch(learned, lastValues, settings);
  const { learner, updates, change } = trainEpochs(agent, batch, task.distribution, settings);
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
