/** Rules between config fields, checked once every field is valid by itself. */

import type { ActionSpace } from '../action-space';
import { ESTIMATORS } from './estimators';
import { CONFIG_FIELDS, MAX_BATCH, MAX_UPDATES } from './fields';
import { forAgent, type PerAgent } from './per-agent';
import type { PpoConfig } from './ppo-config';

/** Seeds are u32 on the device. */
/** The largest seed of an agent. */
export const MAX_SEED = 2 ** 32 - 1;

/** Bounds of a KL-adaptive learning rate, as in shaders/update/check-update.wesl. */
const ADAPTIVE_RATES = [1e-5, 1e-2] as const;

/**
 * Bounds of a KL-adaptive klCoef, as in shaders/trainer/schedule.wesl: 20 halvings below 1, where
 * the PPO paper begins, and the largest klCoef.
 */
const ADAPTIVE_KL_COEFS = [1e-6, 1e3] as const;

/** Largest distance between the bounds of a squashed action that f32 can represent. */
const MAX_ACTION_RANGE = 3.4e38;

export interface Rule {
  /** The fields that the rule is about. */
  readonly keys: readonly (keyof PpoConfig)[];
  /** The sentence about the problem; undefined if there is none. */
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
  { keys: ['advantageEstimator', 'staggerResets'], check: staggerProblem },
  {
    keys: [
      ...(['advantageEstimator', 'clipVloss', 'huberDelta', 'vfCoef'] as const),
      ...(['criticLearningRate', 'recomputeAdvantages', 'sharedTrunk'] as const),
    ],
    check: criticProblem,
  },
];

/**
 * The first agent for which `is` holds, among as many as the longest list has; undefined if none.
 */
function findAgent(
  fields: readonly PerAgent<unknown>[],
  is: (agent: number) => boolean,
): number | undefined {
  const agents = Math.max(...fields.map((field) => (Array.isArray(field) ? field.length : 1)));
  for (let agent = 0; agent < agents; agent++) if (is(agent)) return agent;
  return undefined;
}

/** "huberDelta[2]" for a list, "huberDelta" for one value. */
function entry<T>(key: keyof PpoConfig, value: PerAgent<T>, agent: number): string {
  return Array.isArray(value) ? `${key}[${agent}]` : key;
}

function seedProblem({ seed, numAgents }: PpoConfig): string | undefined {
  const last = seed + numAgents - 1;
  if (last <= MAX_SEED) return undefined;
  return (
    `seed + numAgents - 1 = ${seed} + ${numAgents} - 1 = ${last} is above ${MAX_SEED}; ` +
    `with numAgents = ${numAgents} seed must be at most ${MAX_SEED - numAgents + 1}`
  );
}

function batchProblem({ numEnvs, numSteps }: PpoConfig): string | undefined {
  const batch = numEnvs * numSteps;
  if (batch <= MAX_BATCH) return undefined;
  const most = Math.floor(MAX_BATCH / numEnvs);
  return (
    `numEnvs * numSteps = ${numEnvs} * ${numSteps} = ${batch} is above the largest batch, ` +
    `${MAX_BATCH}; with numEnvs = ${numEnvs} numSteps must be at most ${most}`
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
    `(remainder ${remainder}); numMinibatches must be one of ${allowed}`
  );
}

function normalizationProblem(config: PpoConfig): string | undefined {
  const { numEnvs, numSteps, numMinibatches } = config;
  const batch = numEnvs * numSteps;
  if (batch !== numMinibatches || !normalizes(config)) return undefined;
  return (
    'normAdv needs minibatches of at least 2 transitions (for an unbiased standard deviation), ' +
    `but numEnvs * numSteps / numMinibatches = ${batch} / ${numMinibatches} = 1; ` +
    'lower numMinibatches, raise numEnvs or numSteps, or set normAdv to false'
  );
}

function updatesProblem({ updateEpochs, numMinibatches }: PpoConfig): string | undefined {
  const updates = updateEpochs * numMinibatches;
  if (updates <= MAX_UPDATES) return undefined;
  const most = Math.floor(MAX_UPDATES / numMinibatches);
  return (
    `updateEpochs * numMinibatches = ${updateEpochs} * ${numMinibatches} = ${updates} is ` +
    `above the largest number of updates per iteration, ${MAX_UPDATES}; with numMinibatches = ` +
    `${numMinibatches} updateEpochs must be at most ${most}`
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
    'minibatchBy = environments a minibatch consists of whole environments; ' +
    'numMinibatches must be one of ' +
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
    `${entry('huberDelta', huberDelta, agent)} is ${forAgent(huberDelta, agent)}, but clipVloss ` +
    'is true, and the Huber loss cannot be clipped; set huberDelta to 0 or clipVloss to false'
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
    `${entry('objective', objective, agent)} is penalty, but klCoef is 0, so nothing would limit ` +
    `the policy's change; klCoef must be above 0 and up to ${CONFIG_FIELDS.klCoef.max}, ` +
    '1 in the paper'
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
    `${entry('klCoef', klCoef, agent)} is ${forAgent(klCoef, agent)}, but with annealKl = ` +
    `kl-adaptive it stays between ${low} and ${high}; ` +
    'klCoef must be in that range or 0, or annealKl must be false'
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
    `${entry('annealClip', annealClip, agent)} is ${forAgent(annealClip, agent)}, but objective ` +
    '= penalty does not clip; set annealClip to false or objective to clip'
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
    `${entry('learningRate', learningRate, agent)} is ${rateOf(agent)}, but with annealLr = ` +
    `kl-adaptive it stays between ${low} and ${high}; learningRate must be in that range`
  );
}

function groupSizeProblem(config: PpoConfig): string | undefined {
  const { advantageEstimator, numEnvs, groupSize } = config;
  if (!ESTIMATORS[advantageEstimator].groups || numEnvs % groupSize === 0) return undefined;
  return (
    `numEnvs = ${numEnvs} is not divisible by groupSize = ${groupSize}, but with ` +
    `advantageEstimator = ${advantageEstimator} every environment belongs to a group; ` +
    groupSizeAdvice(numEnvs, groupSize)
  );
}

function groupSizeAdvice(numEnvs: number, groupSize: number): string {
  const divisors = nearDivisors(numEnvs, groupSize, 1, 2);
  if (divisors !== '') return `groupSize must be one of ${divisors}`;
  return 'no groupSize divides it; numEnvs must be a multiple of groupSize';
}

function staggerProblem({ advantageEstimator, staggerResets }: PpoConfig): string | undefined {
  if (!staggerResets || !ESTIMATORS[advantageEstimator].groups) return undefined;
  return (
    `staggerResets is true, but with advantageEstimator = ${advantageEstimator} every episode ` +
    'begins with a rollout; staggerResets must be false'
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

/** The part of an environment that a configuration must fit. */
export interface ActingIn {
  readonly id: string;
  readonly action: ActionSpace;
  readonly observationFormat?: 'f32' | 'bits';
  readonly maxEpisodeSteps: number | null;
  readonly players?: 1 | 2;
  /** Present where it steps on the host. */
  readonly host?: unknown;
}

/** A config key with a sentence about why it does not fit. */
interface UnfitKey {
  readonly key: keyof PpoConfig;
  readonly sentence: string;
}

/** The part of a configuration that an environment may refuse. */
type FittingConfig = Pick<
  PpoConfig,
  'normObs' | 'squashActions' | 'stateDependentStd' | 'staggerResets' | 'advantageEstimator'
>;

/** The config keys that do not fit the environment, each with a sentence. */
export function environmentProblems(environment: ActingIn, config: FittingConfig): UnfitKey[] {
  return [
    ...observationProblems(environment, config),
    ...actionProblems(environment, config),
    ...limitProblems(environment, config),
    ...turnProblems(environment, config),
  ];
}

function observationProblems(
  { id, observationFormat }: ActingIn,
  { normObs }: Pick<PpoConfig, 'normObs'>,
): UnfitKey[] {
  if (!normObs || observationFormat !== 'bits') return [];
  const sentence =
    `normObs is true, but the observations of ${id} are bits, which are not normalized; ` +
    'normObs must be false';
  return [{ key: 'normObs', sentence }];
}

/** Most steps of an episode whose first one can begin at another age. */
const MOST_STAGGERED_STEPS = 2 ** 31 - 1;

function limitProblems(
  { id, maxEpisodeSteps: limit, host }: ActingIn,
  { staggerResets }: Pick<PpoConfig, 'staggerResets'>,
): UnfitKey[] {
  if (staggerResets && host !== undefined) {
    const sentence =
      `staggerResets is true, but ${id} steps on the host, which counts its steps itself; ` +
      'staggerResets must be false';
    return [{ key: 'staggerResets', sentence }];
  }
  if (!staggerResets || (limit !== null && limit <= MOST_STAGGERED_STEPS)) return [];
  const sentence =
    `staggerResets is true, but maxEpisodeSteps of ${id} is ${limit}; it must be an integer from ` +
    `1 to ${MOST_STAGGERED_STEPS}, or staggerResets false`;
  return [{ key: 'staggerResets', sentence }];
}

/** What does not go with players who move in turn. */
function turnProblems(
  { id, players, observationFormat }: ActingIn,
  { normObs, advantageEstimator }: Pick<PpoConfig, 'normObs' | 'advantageEstimator'>,
): UnfitKey[] {
  if (players !== 2) return [];
  const frozen =
    `normObs is true, but ${id} has two players, and the statistics would move away from those ` +
    `that frozen opponents have learned with; normObs must be false`;
  const groups =
    `advantageEstimator is ${advantageEstimator}, but ${id} has two players, and the episodes of ` +
    `a group would have different opponents; advantageEstimator must be gae or returns`;
  return [
    ...(normObs && observationFormat !== 'bits'
      ? [{ key: 'normObs', sentence: frozen } as const]
      : []),
    ...(ESTIMATORS[advantageEstimator]?.groups
      ? [{ key: 'advantageEstimator', sentence: groups } as const]
      : []),
  ];
}

function actionProblems(
  { id, action }: Pick<ActingIn, 'id' | 'action'>,
  config: Pick<PpoConfig, 'squashActions' | 'stateDependentStd'>,
): UnfitKey[] {
  if (action.type !== 'box') {
    const keys = (['squashActions', 'stateDependentStd'] as const).filter((key) => config[key]);
    return keys.map((key) => ({
      key,
      sentence:
        `${key} is true, but the action space of ${id} is ${action.type}, not box; ` +
        `${key} must be false`,
    }));
  }
  const open = action.low.findIndex((low, a) => !(action.high[a]! - low <= MAX_ACTION_RANGE));
  if (!config.squashActions || open === -1) return [];
  const sentence =
    `squashActions is true, but component ${open} of the actions of ${id} ranges from ` +
    `${action.low[open]} to ${action.high[open]}; ` +
    `tanh needs finite bounds at most ${MAX_ACTION_RANGE} apart, so squashActions must be false`;
  return [{ key: 'squashActions', sentence }];
}

function normalizes({ normAdv }: PpoConfig): boolean {
  return [normAdv].flat().includes(true);
}

/** Divisors of `batch` near `wanted`, at least `least`, with quotients of at least `smallest`. */
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
  return `logStdMin is ${logStdMin}; it must be below logStdMax = ${logStdMax}`;
}
