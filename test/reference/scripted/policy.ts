/** Policies that are written by hand, and how well they do on the twins. */

import type { Environment } from '../environment';
import { mean } from '../moments';
import { Rng, STREAM } from '../rng';

/** The choice in a state of a twin, for environments with one discrete choice. */
export type ScriptedPolicy<State> = (state: State, rng: Rng) => number;

/** All choices that are allowed, with equal probability. @param choices of the action space */
export function randomPolicy<State>(
  twin: Environment<State>,
  choices: number,
): ScriptedPolicy<State> {
  const all = Array.from({ length: choices }, (_, choice) => choice);
  return (state, rng) => {
    const mask = twin.actionMask?.(state);
    const allowed = mask ? all.filter((choice) => mask[choice]) : all;
    return allowed[Math.floor(rng.random() * allowed.length)]!;
  };
}

/** The numbers of one episode at one step. */
export const episodeRng = (seed: number, stream: number, step: number, episode: number): Rng =>
  new Rng({ seed, stream, domain: 0 }, 0, step, episode);

/** The return of an episode from its reset to its ending. */
function playEpisode<State>(
  twin: Environment<State>,
  policy: ScriptedPolicy<State>,
  rngOf: (stream: number, step: number) => Rng,
): number {
  let state = twin.reset(rngOf(STREAM.reset, 0));
  let sum = 0;
  for (let step = 0; step < twin.maxEpisodeSteps; step++) {
    const choice = policy(state, rngOf(STREAM.act, step));
    const next = twin.step(state, [choice], rngOf(STREAM.step, step));
    sum += next.reward;
    state = next.state;
    if (next.terminated) break;
  }
  return sum;
}

/** The mean return of episodes 0 to `episodes` - 1. */
export function meanReturn<State>(
  twin: Environment<State>,
  policy: ScriptedPolicy<State>,
  { episodes, seed }: { readonly episodes: number; readonly seed: number },
): number {
  const returns = Array.from({ length: episodes }, (_, episode) =>
    playEpisode(twin, policy, (stream, step) => episodeRng(seed, stream, step, episode)),
  );
  return mean(returns);
}
