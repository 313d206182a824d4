/** Tries out an environment with a random policy: does it keep the contract, and how fast is it? */
import type { PpoConfig } from '../config/ppo-config';
import { checkedEnvironment } from '../environments/definition';
import type { FloatType } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { floatsOf } from '../gpu/half';
import { readTensor } from '../gpu/readback';
import { tryStages } from '../gpu/run-stages';
import { unpackBits } from '../kernels/observation-bits';
import { LAYERED } from '../network/kernel-plan';
import type { RolloutBuffer } from '../rollout/rollout-buffer';
import { createTrainer } from './create-trainer';
import type { CheckOptions, EnvironmentCheck } from './environment-check';
import {
  boundProblems,
  endingProblems,
  finiteProblems,
  type WalkRows,
} from './environment-contract';
import { DEFAULT_STALL_TIMEOUT, patienceWith } from './patience';
import type { PlayedStep } from './played-step';
import type { Trainer } from './trainer';

/** Environments and steps of the walk that is looked at. */
const ENVS = 16;
const MOST_STEPS = 512;
/** Environments and steps of the rollout that is timed, for at least so many milliseconds. */
const TIMED = { numEnvs: 1024, numSteps: 32 };
const TIMED_ON_HOST = { numEnvs: 64, numSteps: 32 };
const LEAST_MILLISECONDS = 500;
const EPISODES = 100;
/** Steps after which an episode of an environment without a time limit is given up. */
const LONGEST = 10_000;

/** See `checkEnvironment`. */
export async function tryEnvironment(options: CheckOptions): Promise<EnvironmentCheck> {
  const environment = checkedEnvironment(options.environment);
  const { maxEpisodeSteps, host } = environment;
  const limit = maxEpisodeSteps ?? Number.POSITIVE_INFINITY;
  const steps = Math.min(MOST_STEPS, 2 * limit + 1);
  const [first, second] = [await walk(options, steps, 1), await walk(options, steps, 1)];
  const other = await walk(options, 1, 2);
  const ended = first.endings.flat().filter((ending) => ending !== 0).length;
  const problems = [
    ...finiteProblems(environment, first),
    ...boundProblems(environment, first),
    ...endingProblems(first, limit, host?.truncates),
    ...(isSame(first, second) ? [] : [NOT_DETERMINED]),
  ];
  const starts = first.observations[0]!.map((row) => new Set(row).size);
  const others = other.observations[0]!;
  const oneStart = starts.every((count) => count === 1) && isSame(first.observations[0], others);
  const warnings = [
    ...(ended === 0 ? [`no episode has ended within ${steps} steps of ${ENVS} environments`] : []),
    ...(oneStart ? ['every episode begins in the same observation'] : []),
    ...(isConstant(first.rewards) ? ['every step has the same reward'] : []),
  ];
  return { problems, warnings, ...(await play(options)), ...(await time(options)) };
}

const NOT_DETERMINED =
  'two walks with the same seed differ: everything random must come from rng (on the host: from ' +
  'the seeds), and nothing may outlive a reset';

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function isConstant(rows: readonly (readonly number[])[]): boolean {
  return new Set(rows.flat()).size === 1;
}

/** A trainer that only plays, with random parameters. */
function open(
  { gpu, environment, stallTimeout }: CheckOptions,
  sizes: Pick<PpoConfig, 'numEnvs' | 'numSteps'>,
  seed: number,
): Promise<Trainer> {
  const { defaults: _, ...bare } = environment;
  const totalTimesteps = sizes.numEnvs * sizes.numSteps;
  const config = { ...sizes, seed, totalTimesteps, numMinibatches: 1, hiddenSizes: [4] };
  return createTrainer({ gpu, environment: bare, config, plan: LAYERED, stallTimeout });
}

/** Runs the rollout of a trainer, under the time limit of endless loops. */
function roll({ gpu, environment, stallTimeout }: CheckOptions, { run }: Trainer): Promise<void> {
  const stages = run.stages.filter(({ name }) => name === 'rollout');
  const functions = 'step, or the reset behind an ending,';
  const time = stallTimeout ?? DEFAULT_STALL_TIMEOUT;
  return tryStages(gpu, stages, patienceWith(environment, functions, time));
}

/** Plays the first rollout of a run and reads it. */
async function walk(options: CheckOptions, steps: number, seed: number): Promise<WalkRows> {
  const trainer = await open(options, { numEnvs: ENVS, numSteps: steps }, seed);
  try {
    await roll(options, trainer);
    const { observation } = options.environment;
    return await readWalk(options.gpu, trainer.run.rollout, observation.length);
  } finally {
    trainer.destroy();
  }
}

/** @param fields O */
async function readWalk(gpu: Gpu, buffer: RolloutBuffer, fields: number): Promise<WalkRows> {
  const { observations, rewards, endings, sizes } = buffer;
  const { envs, stride, steps, rows } = sizes;
  const bits = observations.type === 'u32';
  const words = observations.shape[2]!;
  const bytes = await readTensor(gpu, observations);
  const shown = bits ? new Uint32Array(bytes) : floatsOf(bytes, observations.type as FloatType);
  const paid = new Float32Array(await readTensor(gpu, rewards));
  const codes = new Uint32Array(await readTensor(gpu, endings));
  const row = (values: ArrayLike<number>, index: number): number[] =>
    Array.from({ length: envs }, (_, n) => values[index * stride + n]!);
  const table = <T>(length: number, of: (index: number) => T): T[] =>
    Array.from({ length }, (_, index) => of(index));
  const observed = (at: number): number[][] => {
    const all = table(words, (word) => row(shown, at * words + word));
    if (!bits) return all;
    const numbers = table(envs, (n) =>
      unpackBits(
        all.map((word) => word[n]!),
        fields,
      ),
    );
    return table(fields, (field) => numbers.map((own) => own[field]!));
  };
  return {
    observations: table(rows, observed),
    rewards: table(steps, (step) => row(paid, step)),
    endings: table(steps, (step) => row(codes, step)),
  };
}

/** The returns of a random policy, and the steps of one of its episodes. */
async function play(options: CheckOptions): Promise<Pick<EnvironmentCheck, 'random' | 'episode'>> {
  const trainer = await open(options, { numEnvs: ENVS, numSteps: 1 }, 1);
  const maxSteps = options.environment.maxEpisodeSteps ?? LONGEST;
  const chosen = { greedy: false, maxSteps, seed: 1 };
  try {
    const random = await trainer.evaluate({ ...chosen, episodes: EPISODES, perEpisode: true });
    const episode: PlayedStep[] = [];
    for await (const step of trainer.play(chosen)) episode.push(step);
    return { random, episode };
  } finally {
    trainer.destroy();
  }
}

async function time(
  options: CheckOptions,
): Promise<Pick<EnvironmentCheck, 'stepsPerSecond' | 'timedEnvironments'>> {
  const sizes = options.environment.host ? TIMED_ON_HOST : TIMED;
  const { numEnvs, numSteps } = sizes;
  const trainer = await open(options, sizes, 1);
  try {
    // Drivers compile within the first rollout.
    await roll(options, trainer);
    const begin = performance.now();
    let rollouts = 0;
    while (performance.now() - begin < LEAST_MILLISECONDS) {
      await roll(options, trainer);
      rollouts += 1;
    }
    const seconds = (performance.now() - begin) / 1000;
    return {
      stepsPerSecond: (rollouts * numEnvs * numSteps) / seconds,
      timedEnvironments: numEnvs,
    };
  } finally {
    trainer.destroy();
  }
}
