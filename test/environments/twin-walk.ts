/** The random walk of a twin. */
import type { ActionSpace } from '../../src/action-space';
import { distributionFor } from '../../src/distributions/distribution';
import { diagonalGaussian } from '../reference/distributions';
import type { Environment } from '../reference/environment';
import { Rng, STREAM } from '../reference/rng';
import { randomActions } from './random-walk';

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
  /** 0 continues, 1 terminated, 2 truncated; [T][N] */
  readonly endings: number[][];
}

/** One step of environment n, and the reset behind an ending. */
function walkStep(twin: Environment<unknown>, world: Walker, action: number[], t: number) {
  const rng = (stream: number, step: number): Rng =>
    new Rng({ seed: world.seed, stream, domain: 0 }, 0, step, world.n);
  const { state, reward, terminated } = twin.step(world.state, action, rng(STREAM.step, t));
  const length = world.length + 1;
  const ending = terminated ? 1 : length === twin.maxEpisodeSteps ? 2 : 0;
  const next = ending === 0 ? state : twin.reset(rng(STREAM.reset, t + 1));
  return { reward, ending, world: { ...world, state: next, length: ending === 0 ? length : 0 } };
}

interface Walker {
  readonly seed: number;
  readonly n: number;
  readonly state: unknown;
  readonly length: number;
}

export function twinWalk(
  twin: Environment<unknown>,
  space: ActionSpace,
  { envs, steps, seed }: WalkSizes,
): TwinWalk {
  const { actionSize } = distributionFor(space);
  const actions = randomActions(space, actionSize, steps, envs);
  const executed = (action: number[]): number[] =>
    space.type === 'box' ? diagonalGaussian(actionSize, space).executed(action) : action;
  let walkers: Walker[] = Array.from({ length: envs }, (_, n) => {
    const rng = new Rng({ seed, stream: STREAM.reset, domain: 0 }, 0, 0, n);
    return { seed, n, state: twin.reset(rng), length: 0 };
  });
  const observe = (): number[][] => {
    const columns = walkers.map(({ state }) => twin.observe(state));
    return columns[0]!.map((_, field) => columns.map((column) => column[field]!));
  };
  const walk: TwinWalk = { observations: [observe()], rewards: [], endings: [] };
  for (let t = 0; t < steps; t++) {
    const rows = actions.slice(t * actionSize, (t + 1) * actionSize);
    const results = walkers.map((walker, n) =>
      walkStep(twin, walker, executed(rows.map((row) => row[n]!)), t),
    );
    walkers = results.map(({ world }) => world);
    walk.observations.push(observe());
    walk.rewards.push(results.map(({ reward }) => reward));
    walk.endings.push(results.map(({ ending }) => ending));
  }
  return walk;
}
