/** T steps of every environment: acting, endings, resets. */

import { actorCriticForward, criticValue } from './actor-critic';
import { maskedBy } from './distributions';
import type { Vector } from './linear';
import { Rng, STREAM } from './rng';
import { normalizeObservation } from './running-moments';
import type { Agent, Episode, Normalizer, PpoSettings, Task, Transition } from './train-state';

/** What the networks see of an observation; the statistics stand still within an iteration. */
function inputOf(observation: Vector, { observations }: Normalizer, settings: PpoSettings): Vector {
  const { normObs, clipObs } = settings;
  return normObs ? normalizeObservation(observation, observations, clipObs) : observation;
}

/** The random numbers of a reset after step `step` - 1; a group has those of its first episode. */
function resetRng(iteration: number, step: number, n: number, settings: PpoSettings): Rng {
  const key = { ...settings, stream: STREAM.reset };
  return settings.advantageEstimator === 'group'
    ? new Rng(key, iteration, 0, Math.floor(n / settings.groupSize))
    : new Rng(key, iteration, step, n);
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
  const horizon = settings.advantageEstimator === 'group' && t === settings.numSteps - 1;
  const truncated = !terminated && (horizon || next.length >= environment.maxEpisodeSteps);
  const finalInput = truncated
    ? inputOf(environment.observe(next.state), agent.normalizer, settings)
    : null;
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
    finalInput,
    finalValue: finalInput ? criticValue(agent.network, finalInput, settings.activation) : 0,
  };
  if (!terminated && !truncated) {
    return { transition, episode: next, finished: [] };
  }
  const state = environment.reset(resetRng(agent.iteration, t + 1, n, settings));
  const fresh = { state, length: 0, return: 0 };
  return { transition, episode: fresh, finished: [{ length: next.length, return: next.return }] };
}

/** The episodes that a rollout goes on with; groups begin anew. */
function startsOf<State>(
  { episodes, iteration }: Agent<State>,
  { environment }: Task<State>,
  settings: PpoSettings,
): readonly Episode<State>[] {
  if (settings.advantageEstimator !== 'group') return episodes;
  return episodes.map((_, n) => {
    const state = environment.reset(resetRng(iteration, 0, n, settings));
    return { state, length: 0, return: 0 };
  });
}

/** T steps in each of the N environments. */
export function rollout<State>(agent: Agent<State>, task: Task<State>, settings: PpoSettings) {
  const transitions: Transition[][] = [];
  const finished: { readonly length: number; readonly return: number }[] = [];
  let episodes = startsOf(agent, task, settings);
  for (let t = 0; t < settings.numSteps; t += 1) {
    const steps = episodes.map((episode, n) => rolloutStep(agent, task, settings, episode, t, n));
    transitions.push(steps.map((step) => step.transition));
    finished.push(...steps.flatMap((step) => step.finished));
    episodes = steps.map((step) => step.episode);
  }
  const lastInputs = episodes.map((episode) =>
    inputOf(task.environment.observe(episode.state), agent.normalizer, settings),
  );
  return { transitions, episodes, lastInputs, finished };
}
