/**
 * One whole iteration of PPO for one agent: the specification that the device is held to.
 * Rollout, advantages, epochs of minibatches; each minibatch is forward, loss, backward, clip, Adam.
 */

import { actorCriticForward, batchGradient, criticValue, flatten, unflatten } from './actor-critic';
import { ADAM_BETAS, adamStep, clipFactor, globalNorm } from './adam';
import { type Distribution, maskedBy } from './distributions';
import { gae } from './gae';
import type { Vector } from './linear';
import { permutation } from './permutation';
import { batchLoss, explainedVariance, type LossSettings } from './ppo-loss';
import { keyWords, Rng, STREAM, threefry4x32 } from './rng';
import type {
  Agent,
  Episode,
  Learner,
  PpoSettings,
  Sample,
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
  const valueOfState = (state: State): number =>
    criticValue(agent.network, environment.observe(state), settings.activation);
  const observation = environment.observe(episode.state);
  const { parameters, value } = actorCriticForward(agent.network, observation, settings.activation);
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
    action,
    mask,
    logProb: policy.logProb(parameters, action),
    value,
    reward,
    terminated,
    truncated,
    finalValue: truncated ? valueOfState(next.state) : 0,
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
    criticValue(agent.network, task.environment.observe(episode.state), settings.activation),
  );
  return { transitions, episodes, lastValues, finished };
}

/** Advantages and returns of the rollout, as the flat batch of samples, [B] with b = t N + n. */
export function makeBatch(
  transitions: readonly (readonly Transition[])[],
  lastValues: Vector,
  { gamma, gaeLambda }: PpoSettings,
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
  return transitions.flatMap((row, t) =>
    row.map((transition, n) => ({
      observation: transition.observation,
      action: transition.action,
      mask: transition.mask,
      oldLogProb: transition.logProb,
      oldValue: transition.value,
      advantage: advantages[t]![n]!,
      return: returns[t]![n]!,
    })),
  );
}

export type UpdateSettings = LossSettings &
  Pick<PpoSettings, 'maxGradNorm' | 'adamEps' | 'activation'>;

/** One update: forward, loss, backward, clip, Adam over one minibatch, [M]. */
export function update(
  { network, adam }: Learner,
  distribution: Distribution,
  minibatch: readonly Sample[],
  learningRate: number,
  settings: UpdateSettings,
): { readonly learner: Learner; readonly statistics: UpdateStatistics } {
  const { activation } = settings;
  const traces = minibatch.map((s) => actorCriticForward(network, s.observation, activation));
  const loss = batchLoss(distribution, traces, minibatch, settings);
  const gradient = batchGradient(network, traces, loss.dParameters, loss.dValues, activation);
  const gradNorm = globalNorm(gradient);
  const clipped = gradient.map((g) => g * clipFactor(gradNorm, settings.maxGradNorm));
  const adamSettings = { ...ADAM_BETAS, learningRate, epsilon: settings.adamEps };
  const result = adamStep(flatten(network), clipped, adam, adamSettings);
  return {
    learner: { network: unflatten(result.parameters, network), adam: result.state },
    statistics: { ...loss.statistics, gradNorm },
  };
}

/** The order in which epoch `epoch` visits the batch, [B]. */
export function epochOrder(iteration: number, epoch: number, size: number, settings: PpoSettings) {
  const key = keyWords({ ...settings, stream: STREAM.permutation });
  return permutation(size, threefry4x32(key, [iteration, epoch, 0, 0]));
}

/** Annealed: lr = lr_0 (1 - iteration / iterations), constant within an iteration. */
export function learningRateAt(iteration: number, settings: PpoSettings): number {
  const remaining = settings.annealLr ? 1 - iteration / settings.iterations : 1;
  return settings.learningRate * remaining;
}

/** The whole iteration. */
export function trainIteration<State>(
  agent: Agent<State>,
  task: Task<State>,
  settings: PpoSettings,
): IterationResult<State> {
  const { iteration } = agent;
  const { transitions, episodes, lastValues, finished } = rollout(agent, task, settings);
  const batch = makeBatch(transitions, lastValues, settings);
  const learningRate = learningRateAt(iteration, settings);
  const size = batch.length / settings.numMinibatches;
  const updates: UpdateStatistics[] = [];
  let learner: Learner = agent;
  for (let epoch = 0; epoch < settings.updateEpochs; epoch += 1) {
    const order = epochOrder(iteration, epoch, batch.length, settings);
    for (let m = 0; m < settings.numMinibatches; m += 1) {
      const minibatch = order.slice(m * size, (m + 1) * size).map((b) => batch[b]!);
      const result = update(learner, task.distribution, minibatch, learningRate, settings);
      learner = result.learner;
      updates.push(result.statistics);
    }
  }
  return {
    agent: { ...learner, iteration: iteration + 1, episodes },
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
