/** Walks of twins: their steps with the resets behind endings, and a walk of random actions. */
import type { ActionSpace } from '../../src/action-space';
import { distributionFor } from '../../src/distributions/distribution';
import { diagonalGaussian } from '../reference/distributions';
import type { Environment } from '../reference/environment';
import type { Vector } from '../reference/linear';
import { Rng, STREAM } from '../reference/rng';
import { randomActions } from './random-walk';

/** An environment of a twin. */
export interface Walker {
  readonly state: unknown;
  /** Steps of its episode. */
  readonly length: number;
}

/** What the random numbers of a step depend on, beside the seed. */
export interface StepPlace {
  readonly iteration: number;
  readonly t: number;
  readonly n: number;
}

/** A twin, and the seed of its random numbers. */
export interface SeededTwin {
  readonly twin: Environment<unknown>;
  readonly seed: number;
}

/** A step of a twin, with its reset behind an ending. */
export interface FollowedStep {
  readonly reward: number;
  /** 0 continues, 1 terminated, 2 truncated */
  readonly ending: number;
  readonly next: Walker;
}

/** The generator of one of the streams (STREAM) at a place. */
export const placedRng = (seed: number, stream: number, { iteration, t, n }: StepPlace): Rng =>
  new Rng({ seed, stream, domain: 0 }, iteration, t, n);

/** Environment n at the start of its first episode. */
export function firstWalker({ twin, seed }: SeededTwin, n: number): Walker {
  return { state: twin.reset(placedRng(seed, STREAM.reset, { iteration: 0, t: 0, n })), length: 0 };
}

/** @param action as the environment executes it, [A] */
export function follow(
  { twin, seed }: SeededTwin,
  walker: Walker,
  action: Vector,
  place: StepPlace,
): FollowedStep {
  const { state, reward, terminated } = twin.step(
    walker.state,
    action,
    placedRng(seed, STREAM.step, place),
  );
  const length = walker.length + 1;
  const ending = terminated ? 1 : length === twin.maxEpisodeSteps ? 2 : 0;
  if (ending === 0) return { reward, ending, next: { state, length } };
  const fresh = twin.reset(placedRng(seed, STREAM.reset, { ...place, t: place.t + 1 }));
  return { reward, ending, next: { state: fresh, length: 0 } };
}

/** What an environment executes of an action, [A]. */
export function executedIn(space: ActionSpace): (action: Vector) => Vector {
  if (space.type !== 'box') return (action) => action;
  return diagonalGaussian(space.low.length, space).executed;
}

export interface WalkSizes {
  readonly envs: number;
  readonly steps: number;
  readonly seed: number;
}

export interface TwinWalk {
  /** [T + 1][O][N] */
  readonly observations: number[][][];
  /** [T][N] */
  readonly rewards: number[][];
  /** [T][N]; see FollowedStep */
  readonly endings: number[][];
}

/** The random walk of a twin. */
export function twinWalk(
  twin: Environment<unknown>,
  space: ActionSpace,
  { envs, steps, seed }: WalkSizes,
): TwinWalk {
  const { actionSize } = distributionFor(space);
  const actions = randomActions(space, actionSize, steps, envs);
  const executed = executedIn(space);
  const seeded = { twin, seed };
  let walkers = Array.from({ length: envs }, (_, n) => firstWalker(seeded, n));
  const observe = (): number[][] => {
    const columns = walkers.map(({ state }) => twin.observe(state));
    return columns[0]!.map((_, field) => columns.map((column) => column[field]!));
  };
  const walk: TwinWalk = { observations: [observe()], rewards: [], endings: [] };
  for (let t = 0; t < steps; t++) {
    const rows = actions.slice(t * actionSize, (t + 1) * actionSize);
    const results = walkers.map((walker, n) => {
      const action = executed(rows.map((row) => row[n]!));
      return follow(seeded, walker, action, { iteration: 0, t, n });
    });
    walkers = results.map(({ next }) => next);
    walk.observations.push(observe());
    walk.rewards.push(results.map(({ reward }) => reward));
    walk.endings.push(results.map(({ ending }) => ending));
  }
  return walk;
}
