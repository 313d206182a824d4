/** Descriptions of environments and their modules: most can be trained in, some contradict themselves. */
import fc, { type Arbitrary } from 'fast-check';
import type { Case } from './case-process';

export interface EnvironmentCase extends Case {
  readonly environment: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Two iterations of little work. */
const CONFIG = {
  ...{ numEnvs: 4, numSteps: 3, numMinibatches: 2, updateEpochs: 1 },
  ...{ hiddenSizes: [4, 4], totalTimesteps: 24 },
};

const often = <T>(usual: Arbitrary<T>, rare: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: rare });

const bound = often(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.constantFrom(-1e20, 1e20, -3e38, 0, -0, 1e-40, -Infinity, Infinity, Number.NaN, 1e39),
);

/** Two bounds, nearly always in order. */
const bounds: Arbitrary<readonly [number, number]> = often(
  fc.tuple(bound, bound).map(([a, b]): readonly [number, number] => (a < b ? [a, b] : [b, a])),
  fc.tuple(bound, bound),
);

const word = fc.stringMatching(/^[a-z][a-z ]{0,9}$/);
const oddText = fc.oneof(fc.string(), fc.constantFrom('', ' ', 'x'.repeat(300), '\uFEFF', '日本'));

const observation = often(fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 16, 17, 33, 64, 0))
  .chain((size) =>
    fc.tuple(
      fc.array(bounds, { minLength: size, maxLength: size }),
      often(fc.constant(true), fc.boolean()),
      oddText,
    ),
  )
  .map(([fields, distinct, text]) =>
    fields.map(([low, high], index) => ({ name: distinct ? `x${index}` : text, low, high })),
  );

const action: Arbitrary<Fields> = fc.oneof(
  often(fc.integer({ min: 2, max: 9 }), fc.constantFrom(1, 0, -3, 2.5, 129, 300, Number.NaN)).map(
    (n) => ({ type: 'discrete', n }),
  ),
  fc
    .array(often(fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 1.5, 70)), { maxLength: 4 })
    .map((nvec) => ({ type: 'multi-discrete', nvec })),
  fc.array(bounds, { maxLength: 5 }).map((pairs) => ({
    type: 'box',
    low: pairs.map(([low]) => low),
    high: pairs.map(([, high]) => high),
  })),
  fc.constantFrom<Fields>({ type: 'Discrete', n: 3 }, { type: 'box', low: -1, high: 1 }, {}),
);

/** Names of ours, of WGSL's and of nobody's. */
const paramName = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Z][A-Z_0-9]{0,8}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['ACTION_SIZE', 'OBSERVATION_SIZE', 'ROLLOUT_LANES', 'STATE_WORDS', 'SAMPLES', 'WIDTH'],
      ...['LANES', 'HEAD_SIZE', 'gamma', 'x', 'constants', 'PI'],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('target', 'self', 'fn', 'f32', '__x', 'a-b', '1a', '_', '', 'é'),
  },
);
const paramValue = often(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom<unknown>(0, -0, 3, 1e20, 1e-40, 1e39, Number.NaN, Infinity, '3', true, null),
);
const params = fc.dictionary(paramName, paramValue, { maxKeys: 3 });

const stateType = often(
  fc.constantFrom('f32', 'i32', 'u32', 'vec2f', 'vec3f', 'vec4u', 'mat2x2f', 'array<f32, 7>'),
  fc.constantFrom('array<u32, 300>', 'array<vec4f, 16>', 'bool'),
);

const isIdentifier = (name: string): boolean => /^[A-Za-z]\w*$/.test(name);

/** A module that goes with the description, as far as the description can be gone with. */
function moduleOf(description: Fields, types: readonly string[], rewards: string): string {
  const fields = description.observation as readonly unknown[];
  const names = Object.keys(description.params as Fields).filter(isIdentifier);
  const { nvec, n, type } = description.action as { nvec?: number[]; n?: number; type?: string };
  const choices = type === 'multi-discrete' ? (nvec ?? []).reduce((a, b) => a + b, 0) : (n ?? 0);
  const mask = Array.from({ length: Math.max(1, Math.min(choices, 400)) }, () => 'true').join(', ');
  const sum = ['1.0', ...names.map((name) => `f32(${name}) * 0.0`)].join(' + ');
  return [
    ...(names.length > 0 ? [`import constants::{${names.join(', ')}};`] : []),
    'import package::distributions::interface::{Action, Mask};',
    'import package::environments::interface::{Observation, Step};',
    'import package::lib::rng::{Rng, random};',
    `struct State {\n  clock: u32,\n${types.map((each, i) => `  s${i}: ${each},\n`).join('')}}`,
    'fn reset(rng: ptr<function, Rng>) -> State {\n  var state: State;\n  return state;\n}',
    'fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {',
    '  (*state).clock += 1u;',
    `  return Step(${rewards} * (${sum}), random(rng) < 0.2);\n}`,
    'fn observe(state: State) -> Observation {\n  var observation: Observation;',
    `  observation[${Math.max(0, fields.length - 1)}] = f32(state.clock);`,
    '  return observation;\n}',
    ...(description.actionMask === true
      ? [`fn action_mask(state: State) -> Mask {\n  return Mask(${mask});\n}`]
      : []),
  ].join('\n');
}

/** Slips of the pen; each makes some description wrong. */
const slip: Arbitrary<Fields> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fields>(
      { id: '' },
      { id: 7 },
      { maxSteps: 10 },
      { rewardTreshold: 3 },
      { observation: ['x', 'v'] },
      { observation: null },
      { action: null },
      { shader: '' },
      { shader: 'world.wesl' },
      { shader: 3 },
      { defaults: { numEnvz: 3 } },
      { defaults: { gamma: 2 } },
      { actionMask: 'yes' },
      { rewardThreshold: 'high' },
    ),
  },
);

export const environmentCase: Arbitrary<EnvironmentCase> = fc
  .record({
    description: fc.record({
      id: often(word, oddText).map((name) => `${name}-v0`),
      source: fc.constant('drawn'),
      observation,
      action,
      params,
      actionMask: fc.constantFrom(false, false, true),
      maxEpisodeSteps: often<number | null>(
        fc.constantFrom(null, 1, 2, 500, 2 ** 32 - 1),
        fc.constantFrom(0, -1, 2.5, 2 ** 32, 2 ** 40),
      ),
    }),
    types: fc.array(stateType, { maxLength: 4 }),
    rewards: often(fc.constantFrom('1.0', '-0.5', '1e-3'), fc.constantFrom('1e30', '0.0')),
    slip,
  })
  .map(({ description, types, rewards, slip: slipped }) => {
    const shader = moduleOf(description, types, rewards);
    return { environment: { ...description, shader, ...slipped }, config: CONFIG };
  });
