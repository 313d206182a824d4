/**
 * Descriptions of environments and their modules: most can be trained in, some contradict
 * themselves.
 */
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

const ordinary = fc.integer({ min: -1e6, max: 1e6 }).map((thousandths) => thousandths / 1000);

/** Two numbers, the smaller one first. */
const inOrder = (bound: Arbitrary<number>): Arbitrary<readonly [number, number]> =>
  fc
    .uniqueArray(bound, {
      minLength: 2,
      maxLength: 2,
      comparator: (a, b) => Math.fround(a) === Math.fround(b),
    })
    .map(([a, b]): readonly [number, number] => (a! < b! ? [a!, b!] : [b!, a!]));
const observed = inOrder(
  often(ordinary, fc.constantFrom(-1e20, 1e20, -3e38, 0, 2e-38, -Infinity, Infinity)),
);
const chosen = inOrder(often(ordinary, fc.constantFrom(-1e20, 1e20, 0)));

const oddNumber = fc.constantFrom(-0, 3e38, 1e-40, -Infinity, Infinity, Number.NaN, 1e39);
const oddText = fc.oneof(fc.string(), fc.constantFrom('', ' ', 'x'.repeat(300), '\uFEFF', '日本'));

const fieldsOf = (all: readonly (readonly [number, number])[]): Fields[] =>
  all.map(([low, high], index) => ({ name: `x${index}`, low, high }));

const observation = often(fc.constantFrom(1, 4, 9), fc.constantFrom(16, 17, 33, 64))
  .chain((size) => fc.array(observed, { minLength: size, maxLength: size }))
  .map(fieldsOf);

const box = (pairs: readonly (readonly [number, number])[]): Fields => ({
  type: 'box',
  low: pairs.map(([low]) => low),
  high: pairs.map(([, high]) => high),
});

const action: Arbitrary<Fields> = fc.oneof(
  often(fc.constantFrom(2, 5), fc.constantFrom(9, 32, 33, 129)).map((n) => ({
    ...{ type: 'discrete', n },
  })),
  fc.constantFrom([3, 2], [2, 2, 4], [6]).map((nvec) => ({ type: 'multi-discrete', nvec })),
  fc.array(chosen, { minLength: 1, maxLength: 2 }).map(box),
);

/** Names of nobody's, and those that modules of ours use for themselves. */
const paramName = often(
  fc.stringMatching(/^[A-Z][A-Z_0-9]{0,8}$/),
  fc.constantFrom(
    ...['ACTION_SIZE', 'OBSERVATION_SIZE', 'ROLLOUT_LANES', 'STATE_WORDS', 'SAMPLES', 'WIDTH'],
    ...['LANES', 'HEAD_SIZE', 'gamma', 'x', 'constants', 'PI'],
  ),
);
const paramValue = often(ordinary, fc.constantFrom(0, -0, 3, 1e20, 2e-38));
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

/** Slips of the pen: fields that contradict the rest, the ranges or the types. */
const slip: Arbitrary<Fields> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<Fields>(
      { id: '' },
      { id: 7 },
      { maxSteps: 10 },
      { rewardTreshold: 3 },
      { observation: ['x', 'v'] },
      { observation: [] },
      { observation: null },
      { action: null },
      { action: {} },
      { action: { type: 'Discrete', n: 3 } },
      { action: { type: 'box', low: -1, high: 1 } },
      { shader: '' },
      { shader: 'world.wesl' },
      { shader: 3 },
      { defaults: { numEnvz: 3 } },
      { defaults: { gamma: 2 } },
      { defaults: { hiddenSizes: 'wide' } },
      { defaults: { numSteps: [1, 2] } },
      { actionMask: true },
      { actionMask: 'yes' },
      { rewardThreshold: 'high' },
    ),
  },
  { weight: 1, arbitrary: oddText.map((id) => ({ id })) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(oddNumber, ordinary), { minLength: 1, maxLength: 3 })
      .map((pairs) => ({ observation: fieldsOf(pairs) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(oddText, { minLength: 1, maxLength: 3 })
      .map((names) => ({ observation: names.map((name) => ({ name, low: -1, high: 1 })) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1, 0, -3, 2.5, 2 ** 20, Number.NaN)
      .map((n) => ({ action: { type: 'discrete', n } })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(2, 1, 0, 1.5, 70), { maxLength: 3 })
      .map((nvec) => ({ action: { type: 'multi-discrete', nvec } })),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.tuple(ordinary, oddNumber), { maxLength: 3 }).map((pairs) => ({
      action: box(pairs),
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('target', 'self', 'fn', 'f32', '__x', 'a-b', '1a', '_', '', 'é', 'X'),
        fc.constantFrom<unknown>(1, 1e39, 1e-40, Number.NaN, Infinity, '3', true, null),
      )
      .map(([name, value]) => ({ params: { [name]: value } })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, -1, 2.5, 2 ** 32, 2 ** 40).map((maxEpisodeSteps) => ({
      maxEpisodeSteps,
    })),
  },
);

export const environmentCase: Arbitrary<EnvironmentCase> = fc
  .record({
    description: fc.record({
      id: fc.stringMatching(/^[a-z][a-z ]{0,9}$/).map((name) => `${name}-v0`),
      source: fc.constant('drawn'),
      observation,
      action,
      params,
      maxEpisodeSteps: fc.constantFrom(null, 1, 2, 500, 2 ** 32 - 1),
    }),
    masked: fc.constantFrom(false, false, true),
    types: fc.array(stateType, { maxLength: 4 }),
    rewards: often(fc.constantFrom('1.0', '-0.5', '1e-3'), fc.constantFrom('1e12', '0.0')),
    slip: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: slip }),
  })
  .map(({ description, masked, types, rewards, slip: slipped }) => {
    const actionMask = masked && description.action.type !== 'box';
    const whole = { ...description, actionMask };
    const shader = moduleOf(whole, types, rewards);
    return { environment: { ...whole, shader, ...slipped }, config: CONFIG };
  });
