/**
 * T steps of a world with two players on every board: the learner's ply, then that of the frozen
 * opponent whose board it is.
 */

import type { Activation } from '../../src/config/choices';
import { categorical, maskedBy } from './distributions';
import type { Environment } from './environment';
import { type MlpLayer, mlpForward } from './mlp';
import { Rng, STREAM } from './rng';

/** The streams of an opponent's plies are those of the learner's, moved on. */
const OPPONENT = 16;

export interface SelfPlay<State> {
  readonly environment: Environment<State>;
  /** Of the discrete action. */
  readonly choices: number;
  readonly activation: Activation;
  readonly learner: readonly MlpLayer[];
  /** [Q] */
  readonly opponents: readonly (readonly MlpLayer[])[];
  readonly seed: number;
  /** N, T */
  readonly boards: number;
  readonly steps: number;
}

export interface Board<State> {
  readonly state: State;
  /** Steps of its game. */
  readonly length: number;
}

/** What a step shows of a board. */
export interface Turn {
  /** Before the learner's ply, [O] */
  readonly observation: readonly number[];
  readonly action: number;
  /** The choice of the opponent. */
  readonly reply: number;
  readonly reward: number;
  /** 0 continues, 1 terminated, 2 truncated. */
  readonly ending: number;
  /** Whether the game ended by the learner's ply. */
  readonly byLearner: boolean;
  /** [O] where truncated. */
  readonly final: readonly number[] | undefined;
}

/** Everything that the numbers of a ply depend on. */
interface Place {
  readonly iteration: number;
  readonly t: number;
  readonly n: number;
}

/** The opponent of board n: shares are as equal as they can be. */
export function opponentOf(n: number, boards: number, opponents: number): number {
  return Math.floor((n * opponents) / boards);
}

function rngAt({ seed }: { readonly seed: number }, stream: number, place: Place): Rng {
  return new Rng({ seed, stream, domain: 0 }, place.iteration, place.t, place.n);
}

/** A sampled choice of one network in a state. */
function choose<State>(
  play: SelfPlay<State>,
  network: readonly MlpLayer[],
  state: State,
  rng: Rng,
): number {
  const { environment, choices, activation } = play;
  const logits = mlpForward(network, environment.observe(state), activation).output;
  const distribution = maskedBy(categorical(choices), environment.actionMask?.(state));
  return distribution.sample(logits, rng)[0]!;
}

/** The opponent's ply on a board, with what it draws. */
function reply<State>(play: SelfPlay<State>, state: State, place: Place) {
  const { environment, opponents, boards } = play;
  const network = opponents[opponentOf(place.n, boards, opponents.length)]!;
  const action = choose(play, network, state, rngAt(play, STREAM.act + OPPONENT, place));
  return {
    action,
    ...environment.step(state, [action], rngAt(play, STREAM.step + OPPONENT, place)),
  };
}

/** The state after the first ply of a game that an opponent begins. */
function opened<State>(play: SelfPlay<State>, state: State, place: Place) {
  const first = reply(play, state, place);
  if (!first.terminated) return { state: first.state, action: first.action };
  const again = rngAt(play, STREAM.reset + OPPONENT, { ...place, t: place.t + 1 });
  return { state: play.environment.reset(again), action: first.action };
}

/** All boards at the beginning; on every second one an opponent has begun. */
export function firstBoards<State>(play: SelfPlay<State>): Board<State>[] {
  return Array.from({ length: play.boards }, (_, n) => {
    const state = play.environment.reset(rngAt(play, STREAM.reset, { iteration: 0, t: 0, n }));
    if (n % 2 === 0) return { state, length: 0 };
    return { state: opened(play, state, { iteration: 0, t: play.steps, n }).state, length: 0 };
  });
}

function turn<State>(play: SelfPlay<State>, { state, length }: Board<State>, place: Place) {
  const { environment } = play;
  const fresh = (): State =>
    environment.reset(rngAt(play, STREAM.reset, { ...place, t: place.t + 1 }));
  const observation = environment.observe(state);
  const action = choose(play, play.learner, state, rngAt(play, STREAM.act, place));
  const own = environment.step(state, [action], rngAt(play, STREAM.step, place));
  if (own.terminated) {
    const next = opened(play, fresh(), place);
    const result: Turn = {
      ...{ observation, action, reply: next.action, reward: own.reward },
      ...{ ending: 1, byLearner: true, final: undefined },
    };
    return { result, board: { state: next.state, length: 0 } };
  }
  const other = reply(play, own.state, place);
  const isLast = length + 1 === environment.maxEpisodeSteps;
  const ending = other.terminated ? 1 : isLast ? 2 : 0;
  const result: Turn = {
    ...{ observation, action, reply: other.action, reward: own.reward - other.reward },
    ...{ ending, byLearner: false },
    final: ending === 2 ? environment.observe(other.state) : undefined,
  };
  const board =
    ending === 0 ? { state: other.state, length: length + 1 } : { state: fresh(), length: 0 };
  return { result, board };
}

/** One rollout from these boards; the turns [T][N], and the boards behind it. */
export function selfPlay<State>(
  play: SelfPlay<State>,
  first: readonly Board<State>[],
  iteration: number,
) {
  let boards = first;
  const turns: Turn[][] = [];
  for (let t = 0; t < play.steps; t++) {
    const all = boards.map((board, n) => turn(play, board, { iteration, t, n }));
    turns.push(all.map(({ result }) => result));
    boards = all.map(({ board }) => board);
  }
  return { turns, boards };
}
