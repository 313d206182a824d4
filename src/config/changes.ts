/** Which fields of a configuration may change while a run is under way, and when it is resumed. */
import { ConfigError } from './config-error';
import { CONFIG_FIELDS } from './fields';
import { scalesRewards, stopsEarly, usesReference } from './parts';
import type { PpoConfig } from './ppo-config';

type Key = keyof PpoConfig;

/** One field whose value has changed. */
export interface ConfigChange {
  readonly key: Key;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * Whether a field may change between two iterations: those that can differ between agents, since
 * the device reads them from the agents' records, and those that only the host reads.
 */
export function isHyperparameter(key: keyof PpoConfig): boolean {
  return CONFIG_FIELDS[key].perAgent === true || HOST_FIELDS.has(key);
}

const HOST_FIELDS: ReadonlySet<Key> = new Set(['totalTimesteps', 'maxSkippedUpdates']);

/**
 * Fields that may change in addition when a run is resumed: the saved state fits all their values.
 */
const RESUMABLE: ReadonlySet<Key> = new Set([
  ...(['numMinibatches', 'updateEpochs', 'minibatchBy', 'recomputeAdvantages'] as const),
]);

/** The optional parts of an iteration, with the fields that decide whether it has them. */
const PARTS: readonly {
  readonly keys: readonly Key[];
  has(config: PpoConfig): boolean;
}[] = [
  { keys: ['targetKl'], has: stopsEarly },
  { keys: ['clipReward'], has: scalesRewards },
  { keys: ['refKlCoef', 'refKlRewardCoef'], has: usesReference },
];

/** The fields whose values differ. */
export function configChanges(from: PpoConfig, to: PpoConfig): ConfigChange[] {
  const keys = Object.keys(CONFIG_FIELDS) as Key[];
  return keys
    .filter((key) => JSON.stringify(from[key]) !== JSON.stringify(to[key]))
    .map((key) => ({ key, from: from[key], to: to[key] }));
}

/**
 * Checks the change of a run that is under way.
 * @throws ConfigError naming each field that must stay as it is, with both values.
 */
export function checkChanges(from: PpoConfig, to: PpoConfig): void {
  const changes = configChanges(from, to);
  const fixed = changes.filter(({ key }) => !isHyperparameter(key));
  refuse([
    ...fixed.map((change) => describeFixed(change, 'while a run is under way')),
    ...switchingProblems(from, to),
  ]);
}

/**
 * The configuration with which a run continues from a saved state: the hyperparameters and the seed
 * are those of the state, and what a resumed run may choose stays its own.
 * @param own of the run
 * @param saved of the state
 * @throws ConfigError naming each field in which the two must not differ.
 */
export function adoptConfig(own: PpoConfig, saved: PpoConfig): PpoConfig {
  const chosen = Object.fromEntries([...RESUMABLE].map((key) => [key, own[key]]));
  const adopted: PpoConfig = { ...saved, ...chosen };
  checkResumedChanges(saved, { ...own, seed: saved.seed });
  refuse(switchingProblems(own, adopted));
  return adopted;
}

/** A problem for each change that would need other kernels. */
function switchingProblems(from: PpoConfig, to: PpoConfig): string[] {
  const changes = configChanges(from, to);
  const switching = PARTS.filter(({ has }) => has(from) !== has(to)).flatMap(({ keys }) =>
    changes.filter(({ key }) => keys.includes(key)),
  );
  return switching.map(
    (change) =>
      `${describeChange(change)} turns a part of the iteration on or off; that must be decided ` +
      'when the run begins or is resumed',
  );
}

/**
 * Checks the changes between the run that saved a state and the one that continues from it.
 * @throws ConfigError naming each field that must stay as it is, with both values.
 */
export function checkResumedChanges(from: PpoConfig, to: PpoConfig): void {
  const fixed = configChanges(from, to).filter(
    ({ key }) => !isHyperparameter(key) && !RESUMABLE.has(key),
  );
  refuse(fixed.map((change) => describeFixed(change, 'when a run is resumed')));
}

/** "learningRate: 0.001 → 0.0005" */
export function describeChange({ key, from, to }: ConfigChange): string {
  return `${key}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
}

function describeFixed({ key, from, to }: ConfigChange, when: string): string {
  return (
    `${key} is ${JSON.stringify(from)} and cannot change to ${JSON.stringify(to)} ${when}; ` +
    'begin another run'
  );
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}
