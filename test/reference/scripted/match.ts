/** Games between two policies of a world of two players. */

import type { Environment } from '../environment';
import { Rng, STREAM } from '../rng';
import { randomPolicy, type ScriptedPolicy } from './policy';

export interface MatchOptions {
  /** Random openings, each of which is played twice: either policy moves first once. */
  readonly openings: number;
  /** Plies of an opening, at least and at most. */
  readonly plies: readonly [least: number, most: number];
  /** Choices of the action space. */
  readonly choices: number;
  readonly seed: number;
}

/** Games of the first policy. */
export interface MatchResult {
  readonly wins: number;
  readonly draws: number;
  readonly losses: number;
}

/** The share of the points: a win is 1, a draw 1/2. */
export function scoreOf({ wins, draws, losses }: MatchResult): number {
  return (wins + draws / 2) / (wins + draws + losses);
}

/** A state from which the game goes on. */
function open<State>(
  twin: Environment<State>,
  { plies: [least, most], choices, seed }: MatchOptions,
  opening: number,
): State {
  const rng = (stream: number, step: number): Rng =>
    new Rng({ seed, stream, domain: 0 }, 0, step, opening);
  const random = randomPolicy(twin, choices);
  const length = least + Math.floor(rng(STREAM.permutation, 0).random() * (most - least + 1));
  let state = twin.reset(rng(STREAM.reset, 0));
  for (let ply = 0; ply < length; ply++) {
    const choice = random(state, rng(STREAM.act, ply));
    state = twin.step(state, [choice], rng(STREAM.step, ply)).state;
  }
  return state;
}

/** What the game brings to the policy that moves first; players are numbered from 0. */
function playOn<State>(
  twin: Environment<State>,
  start: State,
  players: readonly [ScriptedPolicy<State>, ScriptedPolicy<State>],
  rng: (ply: number) => Rng,
): number {
  let state = start;
  for (let ply = 0; ; ply++) {
    const mover = ply % 2;
    const choice = players[mover]!(state, rng(ply));
    const next = twin.step(state, [choice], rng(ply));
    if (next.terminated) return mover === 0 ? next.reward : -next.reward;
    state = next.state;
  }
}

/** Plays all openings in both ways. Openings must be too short to end a game. */
export function playMatch<State>(
  twin: Environment<State>,
  one: ScriptedPolicy<State>,
  other: ScriptedPolicy<State>,
  options: MatchOptions,
): MatchResult {
  const results: number[] = [];
  for (let opening = 0; opening < options.openings; opening++) {
    const start = open(twin, options, opening);
    for (const first of [true, false]) {
      const rng = (ply: number): Rng =>
        new Rng(
          { seed: options.seed, stream: STREAM.step, domain: first ? 1 : 2 },
          0,
          ply,
          opening,
        );
      const result = playOn(twin, start, first ? [one, other] : [other, one], rng);
      results.push(first ? result : -result);
    }
  }
  const count = (sign: number): number =>
    results.filter((result) => Math.sign(result) === sign).length;
  return { wins: count(1), draws: count(0), losses: count(-1) };
}
