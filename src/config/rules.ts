/** What in a configuration excludes each other; looked at once each field alone is right. */

import type { ActionSpace } from '../action-space';
import { ESTIMATORS } from './estimators';
import { CONFIG_FIELDS, MAX_BATCH, MAX_UPDATES } from './fields';
import { forAgent, type PerAgent } from './per-agent';
import type { PpoConfig } from './ppo-config';

/** Seeds are u32 on the device. */
const MAX_SEED = 2 ** 32 - 1;

/** Bounds of a KL-adaptive learning rate, as in shaders/update/check-update.wesl. */
const ADAPTIVE_RATES = [1e-5, 1e-2] as const;

/**
 * Bounds of a KL-adaptive klCoef, as in shaders/trainer/schedule.wesl: 20 doublings or halvings from 1, with which
 * the PPO paper begins, and up to the largest klCoef that may be given.
 */
const ADAPTIVE_KL_COEFS = [1e-6, 1e3] as const;

/** Of the bounds of a squashed action: what f32 holds. */
const LARGEST_WIDTH = 3.4e38;

export interface Rule {
  /** The fields that the rule is about. */
  readonly keys: readonly (keyof PpoConfig)[];
  /** The sentence about what is wrong; undefined where nothing is. */
  readonly check: (config: PpoConfig) => string | undefined;
}

export const RULES: readonly Rule[] = [
  { keys: ['seed', 'numAgents'], check: seedProblem },
  { keys: ['numEnvs', 'numSteps'], check: batchProblem },
  { keys: ['numEnvs', 'numSteps', 'numMinibatches'], check: divisionProblem },
  { keys: ['numEnvs', 'numSteps', 'numMinibatches', 'normAdv'], check: normalizationProblem },
  { keys: ['updateEpochs', 'numMinibatches'], check: updatesProblem },
  { keys: ['minibatchBy', 'numEnvs', 'numMinibatches'], check: blockProblem },
  { keys: ['sharedTrunk', 'criticActivation'], check: trunkProblem },
  { keys: ['sharedTrunk', 'criticLearningRate'], check: trunkRateProblem },
  { keys: ['logStdMin', 'logStdMax'], check: logStdProblem },
  { keys: ['huberDelta', 'clipVloss'], check: huberProblem },
  { keys: ['objective', 'klCoef'], check: penaltyProblem },
  { keys: ['annealKl', 'klCoef'], check: adaptivePenaltyProblem },
  { keys: ['objective', 'annealClip'], check: annealClipProblem },
  { keys: ['annealLr', 'learningRate'], check: adaptiveRateProblem },
  { keys: ['advantageEstimator', 'numEnvs', 'groupSize'], check: groupSizeProblem },
  {
    keys: [
      ...(['advantageEstimator', 'clipVloss', 'huberDelta', 'vfCoef'] as const),
      ...(['criticLearningRate', 'recomputeAdvantages', 'sharedTrunk'] as const),
    ],
    check: criticProblem,
  },
];

/** The first agent for which `is` holds, where the fields are these; undefined for none. */
function findAgent(
  fields: readonly PerAgent<unknown>[],
  is: (agent: number) => boolean,
): number | undefined {
  const agents = Math.max(...fields.map((field) => (Array.isArray(field) ? field.length : 1)));
  for (let agent = 0; agent < agents; agent++) if (is(agent)) return agent;
  return undefined;
}

/** "huberDelta[2]" where agents differ, "huberDelta" where one value is for all. */
function place<T>(key: keyof PpoConfig, value: PerAgent<T>, agent: number): string {
  return Array.isArray(value) ? `${key}[${agent}]` : key;
}

function seedProblem({ seed, numAgents }: PpoConfig): string | undefined {
  const last = seed + numAgents - 1;
  if (last <= MAX_SEED) return undefined;
  return (
    `seed + numAgents - 1 = ${seed} + ${numAgents} - 1 = ${last} is above ${MAX_SEED}; ` +
    `with numAgents = ${numAgents} the seed may be up to ${MAX_SEED - numAgents + 1}`
  );
}

function batchProblem({ numEnvs, numSteps }: PpoConfig): string | undefined {
  const batch = numEnvs * numSteps;
  if (batch <= MAX_BATCH) return undefined;
  const most = Math.floor(MAX_BATCH / numEnvs);
  return (
    `numEnvs * numSteps = ${numEnvs} * ${numSteps} = ${batch} is above the largest batch, ` +
    `${MAX_BATCH}; with numEnvs = ${numEnvs} numSteps may be up to ${most}`
  );
}

function divisionProblem(config: PpoConfig): string | undefined {
  const { numEnvs, numSteps, numMinibatches } = config;
  const batch = numEnvs * numSteps;
  const remainder = batch % numMinibatches;
  if (batch > MAX_BATCH || remainder === 0) return undefined;
  const smallest = normalizes(config) && batch > 1 ? 2 : 1;
  const allowed = nearDivisors(batch, numMinibatches, smallest);
  return (
    `numEnvs * numSteps = ${batch} is not divisible by numMinibatches = ${numMinibatches} ` +
    `(remainder ${remainder}); numMinibatches may be ${allowed}`
  );
}

function normalizationProblem(config: PpoConfig): string | undefined {
  const { numEnvs, numSteps, numMinibatches } = config;
  const batch = numEnvs * numSteps;
  if (batch !== numMinibatches || !normalizes(config)) return undefined;
  return (
    'normAdv needs minibatches of at least 2 transitions (the standard deviation is unbiased), ' +
    `but numEnvs * numSteps / numMinibatches = ${batch} / ${numMinibatches} = 1; ` +
    'lower numMinibatches, raise numEnvs or numSteps, or set normAdv to false'
  );
}

function updatesProblem({ updateEpochs, numMinibatches }: PpoConfig): string | undefined {
  const updates = updateEpochs * numMinibatches;
  if (updates <= MAX_UPDATES) return undefined;
  const most = Math.floor(MAX_UPDATES / numMinibatches);
  return (
    `updateEpochs * numMinibatches = ${updateEpochs} * ${numMinibatches} = ${updates} is above the ` +
    `most updates of an iteration, ${MAX_UPDATES}; with numMinibatches = ${numMinibatches} ` +
    `updateEpochs may be up to ${most}`
  );
}

function trunkProblem({ sharedTrunk, criticActivation }: PpoConfig): string | undefined {
  if (!sharedTrunk || criticActivation === 'same') return undefined;
  return (
    `criticActivation is "${criticActivation}", but with sharedTrunk = true the critic has no ` +
    "hidden layers of its own; set criticActivation to 'same' or sharedTrunk to false"
  );
}

function trunkRateProblem({ sharedTrunk, criticLearningRate }: PpoConfig): string | undefined {
  const rates = [criticLearningRate].flat();
  if (!sharedTrunk || rates.every((rate) => rate === 0)) return undefined;
  return (
    `criticLearningRate is ${rates.join(', ')}, but with sharedTrunk = true the critic has no ` +
    'parameters of its own; set criticLearningRate to 0 or sharedTrunk to false'
  );
}

function blockProblem({ minibatchBy, numEnvs, numMinibatches }: PpoConfig): string | undefined {
  if (minibatchBy === 'samples' || numEnvs % numMinibatches === 0) return undefined;
  return (
    `numEnvs = ${numEnvs} is not divisible by numMinibatches = ${numMinibatches}, but with ` +
    `minibatchBy = environments a minibatch is whole environments; numMinibatches may be ` +
    nearDivisors(numEnvs, numMinibatches, 1)
  );
}

function huberProblem(config: PpoConfig): string | undefined {
  const { huberDelta, clipVloss } = config;
  const agent = findAgent(
    [huberDelta, clipVloss],
    (each) => forAgent(huberDelta, each) > 0 && forAgent(clipVloss, each),
  );
  if (agent === undefined) return undefined;
  return (
    `${place('huberDelta', huberDelta, agent)} is ${forAgent(huberDelta, agent)}, but clipVloss is ` +
    'true; a value loss is clipped or of Huber, not both: set huberDelta to 0 or clipVloss to false'
  );
}

function penaltyProblem(config: PpoConfig): string | undefined {
  const { objective, klCoef } = config;
  const agent = findAgent(
    [objective, klCoef],
    (each) => forAgent(objective, each) === 'penalty' && forAgent(klCoef, each) === 0,
  );
  if (agent === undefined) return undefined;
  return (
    `${place('objective', objective, agent)} is penalty, but klCoef is 0, so nothing would hold the ` +
    'policy; klCoef may be a finite number above 0, 1 in the paper'
  );
}

function adaptivePenaltyProblem({ annealKl, klCoef }: PpoConfig): string | undefined {
  const [low, high] = ADAPTIVE_KL_COEFS;
  const agent = findAgent([annealKl, klCoef], (each) => {
    const coefficient = forAgent(klCoef, each);
    return forAgent(annealKl, each) === 'kl-adaptive' && coefficient > 0 && coefficient < low;
  });
  if (agent === undefined) return undefined;
  return (
    `${place('klCoef', klCoef, agent)} is ${forAgent(klCoef, agent)}, but with annealKl = kl-adaptive ` +
    `it stays within ${low} and ${high}; klCoef must be in that range or 0, unless annealKl is false`
  );
}

function annealClipProblem(config: PpoConfig): string | undefined {
  const { objective, annealClip } = config;
  const agent = findAgent(
    [objective, annealClip],
    (each) => forAgent(objective, each) === 'penalty' && forAgent(annealClip, each) !== false,
  );
  if (agent === undefined) return undefined;
  return (
    `${place('annealClip', annealClip, agent)} is ${forAgent(annealClip, agent)}, but objective = ` +
    'penalty does not clip; set annealClip to false or objective to clip'
  );
}

function adaptiveRateProblem(config: PpoConfig): string | undefined {
  const { annealLr, learningRate } = config;
  const [low, high] = ADAPTIVE_RATES;
  const rateOf = (agent: number): number => forAgent(learningRate, agent);
  const agent = findAgent(
    [annealLr, learningRate],
    (each) =>
      forAgent(annealLr, each) === 'kl-adaptive' && (rateOf(each) < low || rateOf(each) > high),
  );
  if (agent === undefined) return undefined;
  return (
    `${place('learningRate', learningRate, agent)} is ${rateOf(agent)}, but with annealLr = ` +
    `kl-adaptive it stays within ${low} and ${high}; learningRate may be in that range`
  );
}

function groupSizeProblem(config: PpoConfig): string | undefined {
  const { advantageEstimator, numEnvs, groupSize } = config;
  if (!ESTIMATORS[advantageEstimator].groups || numEnvs % groupSize === 0) return undefined;
  return (
    `numEnvs = ${numEnvs} is not divisible by groupSize = ${groupSize}, but with ` +
    `advantageEstimator = ${advantageEstimator} every environment belongs to a group; groupSize must be one of ` +
    nearDivisors(numEnvs, groupSize, 1, 2)
  );
}

/** An estimator without a critic excludes every option of one. */
function criticProblem(config: PpoConfig): string | undefined {
  const { advantageEstimator } = config;
  if (ESTIMATORS[advantageEstimator].critic) return undefined;
  const wanted = {
    clipVloss: false,
    huberDelta: 0,
    vfCoef: 0,
    criticLearningRate: 0,
    recomputeAdvantages: false,
    sharedTrunk: false,
  } as const;
  const keys = Object.keys(wanted) as (keyof typeof wanted)[];
  const wrong = keys.filter((key) =>
    [config[key] as PerAgent<number | boolean>].flat().some((value) => value !== wanted[key]),
  );
  if (wrong.length === 0) return undefined;
  return `advantageEstimator = ${advantageEstimator} has no critic, but ${wrong
    .map((key) => `${key} is ${String(config[key])}`)
    .join(', ')}; set ${wrong.map((key) => `${key} to ${wanted[key]}`).join(', ')}`;
}

/** An environment as far as the configuration has to go with it. */
export interface ActingIn {
  readonly id: string;
  readonly action: ActionSpace;
}

/** What of the configuration does not go with the environment's action space: key and sentence. */
export function actionProblems(
  { id, action }: ActingIn,
  config: Pick<PpoConfig, 'squashActions' | 'stateDependentStd'>,
): { readonly key: keyof PpoConfig; readonly sentence: string }[] {
  if (action.type !== 'box') {
    const keys = (['squashActions', 'stateDependentStd'] as const).filter((key) => config[key]);
    return keys.map((key) => ({
      key,
      sentence: `${key} is true, but the actions of ${id} are ${action.type}; it may only be true for a box`,
    }));
  }
  const open = action.low.findIndex((low, a) => !(action.high[a]! - low <= LARGEST_WIDTH));
  if (!config.squashActions || open === -1) return [];
  const sentence =
    `squashActions is true, but number ${open} of the actions of ${id} goes from ` +
    `${action.low[open]} to ${action.high[open]}; tanh needs finite bounds at most ${LARGEST_WIDTH} apart`;
  return [{ key: 'squashActions', sentence }];
}

function normalizes({ normAdv }: PpoConfig): boolean {
  return [normAdv].flat().includes(true);
}

/** Divisors near `wanted`, from `least` on, that leave parts of at least `smallest`. */
function nearDivisors(batch: number, wanted: number, smallest: number, least = 1): string {
  const most = Math.min(batch / smallest, CONFIG_FIELDS.numMinibatches.max ?? batch);
  const divisors: number[] = [];
  for (let divisor = least; divisor <= most; divisor++) {
    if (batch % divisor === 0) divisors.push(divisor);
  }
  const above = divisors.findIndex((divisor) => divisor > wanted);
  const next = above === -1 ? divisors.length : above;
  const shown = divisors.slice(Math.max(0, next - 2), next + 2);
  const more = shown.length < divisors.length ? ' ...' : '';
  return shown.join(', ') + more;
}

function logStdProblem({ logStdMin, logStdMax }: PpoConfig): string | undefined {
  if (logStdMin < logStdMax) return undefined;
  return `logStdMin = ${logStdMin} must be below logStdMax = ${logStdMax}`;
}
