/** Configurations drawn from the documented ranges, extremes included, small in total work. */
import fc, { type Arbitrary } from 'fast-check';
import { findProblems } from '../../src/config/check';
import { completeConfig } from '../../src/config/defaults';
import type { ConfigField } from '../../src/config/field';
import { CONFIG_FIELDS } from '../../src/config/fields';
import type { PpoConfig } from '../../src/config/ppo-config';
import { ENVIRONMENTS } from '../../src/environments/index';

export interface ConfigCase {
  /** Id of a built-in environment. */
  readonly environment: string;
  readonly config: Partial<PpoConfig>;
}

type Draft = Record<string, unknown>;

/** Multiply-adds of two iterations, and dispatches: a second or two on two cores. */
const MOST_WORK = 4e8;
const MOST_DISPATCHES = 60_000;

/**
 * A number of the range: its ends, numbers next to them, and numbers of every magnitude in between.
 */
function numberOf({ min = 0, max = 1e6, exclusiveMin, orZero }: ConfigField): Arbitrary<number> {
  const least = exclusiveMin ? Math.max(min, max * 1e-12) : min;
  const inner = fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((share) =>
      min < 0 ? min + share * (max - min) : Math.max(least, max * 10 ** (-8 * share)),
    );
  const ends = fc.constantFrom(least, max, ...(orZero ? [0] : []));
  return fc.oneof({ weight: 3, arbitrary: inner }, { weight: 1, arbitrary: ends });
}

function integerOf({ min = 0, max = 2 ** 20 }: ConfigField): Arbitrary<number> {
  const exponent = fc.double({ min: 0, max: Math.log2(max), noNaN: true });
  const inner = exponent.map((power) => Math.max(min, Math.floor(2 ** power)));
  const few = fc.integer({ min, max: Math.min(max, min + 16) });
  return fc.oneof(
    { weight: 5, arbitrary: few },
    { weight: 2, arbitrary: inner },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  );
}

function widthsOf(field: ConfigField): Arbitrary<number[]> {
  const narrow = fc.integer({ min: 1, max: 24 });
  const width = fc.oneof(
    { weight: 8, arbitrary: narrow },
    { weight: 1, arbitrary: integerOf(field) },
  );
  return fc.array(width, { minLength: 0, maxLength: 4 });
}

function drawnFrom(field: ConfigField): Arbitrary<unknown> {
  switch (field.type) {
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.choices!);
    case 'integer':
      return integerOf(field);
    case 'number':
      return numberOf(field);
    case 'widths':
      return widthsOf(field);
  }
}

/** A few fields out of all, each with a value of its own. */
const draft: Arbitrary<Draft> = fc
  .subarray(Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[], { minLength: 1, maxLength: 14 })
  .chain((keys) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, drawnFrom(CONFIG_FIELDS[key])]))),
  );

/** Sizes that nearly always go together, which the draft is laid over. */
const sizes: Arbitrary<Draft> = fc
  .record({
    minibatch: fc.integer({ min: 2, max: 9 }),
    numMinibatches: fc.integer({ min: 1, max: 5 }),
    numSteps: fc.integer({ min: 1, max: 12 }),
    updateEpochs: fc.integer({ min: 1, max: 3 }),
    hiddenSizes: fc.oneof(fc.constant([8, 8]), widthsOf(CONFIG_FIELDS.hiddenSizes)),
    numAgents: fc.constantFrom(1, 1, 1, 2, 3),
  })
  .map(({ minibatch, ...rest }) => ({ ...rest, numEnvs: minibatch * rest.numMinibatches }));

/** Values that go with the other fields, for most cases; the rest test the refusals. */
function reconcile(config: PpoConfig): Draft {
  const { numEnvs, numSteps, numAgents } = config;
  const group = config.advantageEstimator === 'group';
  const divides = (count: number): boolean =>
    (config.minibatchBy === 'environments' ? numEnvs : numEnvs * numSteps) % count === 0;
  return {
    ...(divides(config.numMinibatches) ? {} : { numMinibatches: 1 }),
    ...(numEnvs * numSteps === config.numMinibatches ? { normAdv: 'batch' } : {}),
    ...(config.sharedTrunk || group ? { criticLearningRate: 0, criticActivation: 'same' } : {}),
    ...(config.huberDelta !== 0 ? { clipVloss: false } : {}),
    ...(config.objective === 'penalty' ? { annealClip: false, klCoef: 1 } : {}),
    ...(config.annealLr === 'kl-adaptive' ? { learningRate: 1e-3 } : {}),
    ...(config.logStdMin < config.logStdMax ? {} : { logStdMin: -5, logStdMax: 2 }),
    ...(config.seed + numAgents > 2 ** 32 ? { seed: 7 } : {}),
    ...(group
      ? {
          ...{ groupSize: numEnvs % 2 === 0 ? 2 : numEnvs, clipVloss: false, huberDelta: 0 },
          ...{ vfCoef: 0, recomputeAdvantages: false, sharedTrunk: false },
        }
      : {}),
  };
}

/** A list of one value per agent for some field that allows it. */
function spread(config: Draft, agents: number, key: keyof PpoConfig | undefined): Draft {
  const value = key && config[key];
  if (!key || value === undefined || Array.isArray(value)) return {};
  return { [key]: Array.from({ length: agents }, () => value) };
}

const perAgent = (Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[]).filter(
  (key) => CONFIG_FIELDS[key].perAgent,
);

/** Multiply-adds and dispatches of two iterations; a rough estimate. */
function costOf(config: PpoConfig): { readonly work: number; readonly dispatches: number } {
  const widths = [16, ...config.hiddenSizes, 16];
  const products = widths.slice(1).reduce((sum, width, i) => sum + width * widths[i]!, 0);
  const { numAgents, numEnvs, numSteps, updateEpochs, numMinibatches } = config;
  const layers = config.hiddenSizes.length + 1;
  return {
    work: 2 * numAgents * (numEnvs * numSteps * (3 + 6 * updateEpochs) + 64) * products,
    dispatches: 2 * ((layers + 2) * numSteps + 6 * layers * updateEpochs * numMinibatches),
  };
}

function isSmall({ environment, config }: ConfigCase): boolean {
  const complete = completeConfig(undefined, config);
  const acting = ENVIRONMENTS.find(({ id }) => id === environment)!;
  if (findProblems(complete, [], acting).length > 0) return true;
  const { work, dispatches } = costOf(complete);
  return work <= MOST_WORK && dispatches <= MOST_DISPATCHES;
}

/** Two iterations each, or a refusal. */
export const configCase: Arbitrary<ConfigCase> = fc
  .record({
    environment: fc.constantFrom(...ENVIRONMENTS.map(({ id }) => id)),
    drawn: draft,
    basis: sizes,
    careful: fc.integer({ min: 0, max: 5 }).map((die) => die > 0),
    listed: fc.option(fc.constantFrom(...perAgent), { nil: undefined }),
  })
  .map(({ environment, drawn, basis, careful, listed }) => {
    const laid: Draft = { ...basis, ...drawn };
    const fixed = careful ? reconcile(completeConfig(undefined, laid as Partial<PpoConfig>)) : {};
    const whole: Draft = { ...laid, ...fixed };
    const config: Draft = { ...whole, ...spread(whole, Number(whole.numAgents), listed) };
    const batch = Number(config.numEnvs) * Number(config.numSteps);
    const totalTimesteps = drawn.totalTimesteps ?? 2 * batch;
    return { environment, config: { ...config, totalTimesteps } as Partial<PpoConfig> };
  })
  .filter(isSmall);
