/** The rules of TokenWriter, one by one, on the device and by the twin. */
import { beforeAll, expect, test } from 'vitest';
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import { findEnvironment } from '../../src/environments/index';
import { REWARD_MODEL, type RewardModel } from '../../src/environments/token-writer-model';
import { Rng, STREAM } from '../reference/rng';
import {
  LENGTH,
  modelOutput,
  PROMPTS,
  tokenWriterStateOf,
  tokenWriterWith,
  VOCABULARY,
} from '../reference/token-writer';
import { largestOutput } from '../reference/token-writer-search';
import { openTestGpu } from '../support/gpu';
import { smallTrainer } from '../trainer/training';
import { DEVICE_STATES } from './device-states';
import { type RuleStep, stepOf, stepsIn, stepsOf } from './rule-steps';

const ID = 'TokenWriter-v0';
const WRITER = findEnvironment(ID);

/** The struct of a sequence. */
const fieldsOf = (...tokens: readonly number[]) => ({
  tokens: Array.from({ length: LENGTH }, (_, place) => tokens[place] ?? 0),
  written: tokens.length,
});

/** The weights of each token, the same at all places, by hidden unit: [H][tokens]. */
function modelOf(
  perUnit: readonly (readonly number[])[],
  biases: readonly number[],
  outputs: readonly number[],
): RewardModel {
  const place = perUnit[0]!.flatMap((_, token) => perUnit.map((unit) => unit[token]!));
  return {
    inputWeights: Int32Array.from(Array.from({ length: LENGTH }, () => place).flat()),
    biases: Int32Array.from(biases),
    outputWeights: Int32Array.from(outputs),
  };
}

function writerWith({ inputWeights, biases, outputWeights }: RewardModel): EnvironmentDefinition {
  return defineEnvironment({
    ...WRITER,
    tables: {
      INPUT_WEIGHTS: { type: 'i32', values: inputWeights },
      BIASES: { type: 'i32', values: biases },
      OUTPUT_WEIGHTS: { type: 'i32', values: outputWeights },
    },
  });
}

async function lastStep(model: RewardModel, tokens: readonly number[]): Promise<RuleStep> {
  const world = {
    environment: writerWith(model),
    twin: tokenWriterWith(model),
    device: DEVICE_STATES[ID]!,
  };
  const cases = [{ fields: fieldsOf(...tokens.slice(0, -1)), action: tokens.at(-1)! }];
  return (await stepsIn(world, cases))[0]!;
}

beforeAll(async () => void (await openTestGpu()));

test('each step writes the token that is chosen, without a reward before the last', async () => {
  const begun = [3, 1, 7, 5, 5, 2];
  const cases = [2, 3, 4, 5, 6].map((written) => ({
    fields: fieldsOf(...begun.slice(0, written)),
    action: written + 1,
  }));
  for (const [index, step] of (await stepsOf(ID, cases)).entries()) {
    const { fields, reward, terminated } = step;
    expect(tokenWriterStateOf(fields).tokens).toEqual([...begun.slice(0, index + 2), index + 3]);
    expect([reward, terminated]).toEqual([0, false]);
  }
});

test('the sixth token of the answer ends the episode with the score of the whole', async () => {
  const { fields, reward, terminated } = await stepOf(ID, fieldsOf(3, 1, 7, 5, 5, 2, 0), 6);
  const tokens = [3, 1, 7, 5, 5, 2, 0, 6];
  expect(tokenWriterStateOf(fields).tokens).toEqual(tokens);
  expect([reward, terminated]).toEqual([
    Math.fround(Math.fround(0.1) * modelOutput(REWARD_MODEL, tokens)),
    true,
  ]);
});

test('the score is that of a hidden layer which cuts off below 0', async () => {
  // The first unit counts A less 3, the second sums up all tokens' numbers and takes 30 off.
  const counts = [1, 0, 0, 0, 0, 0, 0, 0];
  const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
  const model = modelOf([counts, numbers], [-3, -30], [100, -7]);
  const score = async (...tokens: number[]): Promise<number> =>
    (await lastStep(model, tokens)).reward;
  expect(await score(0, 0, 0, 0, 0, 1, 1, 1)).toBeCloseTo(20, 5);
  expect(await score(0, 0, 0, 1, 1, 1, 1, 1)).toBe(0);
  // 35 - 30 = 5, times -7 tenths.
  expect(await score(0, 0, 0, 7, 7, 7, 7, 7)).toBeCloseTo(-3.5, 5);
  expect(await score(0, 0, 7, 7, 7, 7, 7, 7)).toBeCloseTo(-8.4, 5);
});

test('every place has weights of its own', async () => {
  const { inputWeights, ...others } = modelOf([[0, 0, 0, 0, 0, 0, 0, 0]], [0], [1]);
  const at = (place: number, token: number): number => place * VOCABULARY + token;
  const weights = inputWeights.with(at(7, 2), 5).with(at(0, 4), 11).with(at(3, 1), 17);
  const model = { inputWeights: weights, ...others };
  expect((await lastStep(model, [4, 0, 0, 1, 0, 0, 0, 2])).reward).toBeCloseTo(3.3, 5);
  expect((await lastStep(model, [2, 4, 1, 0, 0, 0, 0, 1])).reward).toBe(0);
});

test('a bit is set for each token that is written, and none behind them', async () => {
  const { observation } = await stepOf(ID, fieldsOf(3, 0, 7), 0);
  const set = observation.flatMap((bit, index) => (bit === 1 ? [index] : []));
  expect(set).toEqual([3, 8 + 0, 16 + 7, 24 + 0]);
  expect(observation.length).toBe(LENGTH * VOCABULARY);
  expect(WRITER.observation[16 + 7]!.name).toBe('H at answer 1');
});

test('prompts are two random tokens, all 64 of them', () => {
  const twin = tokenWriterWith(REWARD_MODEL);
  const starts = Array.from({ length: 1000 }, (_, n) =>
    twin.reset(new Rng({ seed: 1, stream: STREAM.reset, domain: 0 }, 0, 0, n)),
  );
  expect(new Set(starts.map(({ tokens }) => tokens.join())).size).toBe(PROMPTS.length);
});

test('tables that do not fit each other are refused with the place that says so', async () => {
  const model = modelOf([[0, 0, 0, 0, 0, 0, 0, 0]], [0], [1]);
  const wide = { ...model, outputWeights: Int32Array.of(1, 2) };
  await expect(smallTrainer({}, writerWith(wide))).rejects.toThrow(
    /shaders\/environments\/token-writer\.wesl:\d+:\d+: [\s\S]*OUTPUT_WEIGHTS_LENGTH == HIDDEN/,
  );
  const long = { ...model, inputWeights: new Int32Array(65) };
  await expect(smallTrainer({}, writerWith(long))).rejects.toThrow(
    /shaders\/environments\/token-writer\.wesl:\d+:\d+: [\s\S]*INPUT_WEIGHTS_LENGTH == /,
  );
});

test('the search finds the best of all answers', () => {
  // 2 for each C, and 50 for each C that is missing at three, unless there is an A.
  const model = modelOf(
    [
      [0, 0, 1, 0, 0, 0, 0, 0],
      [-9, 0, -1, 0, 0, 0, 0, 0],
    ],
    [0, 3],
    [2, 50],
  );
  expect(largestOutput(model, [1, 1])).toBe(150);
  expect(largestOutput(model, [2, 2])).toBe(2 * 2 + 50);
  // With an A all others are best C.
  expect(largestOutput(model, [0, 1])).toBe(2 * 6);
});

test('the reward model is the same everywhere', () => {
  expect([...REWARD_MODEL.biases.subarray(0, 6)]).toEqual([3, 2, -1, 2, 2, 0]);
  expect([...REWARD_MODEL.outputWeights.subarray(0, 6)]).toEqual([1, -1, 2, -3, 2, -2]);
  const sum = REWARD_MODEL.inputWeights.reduce((total, weight, index) => total + index * weight, 0);
  expect(sum).toBe(-82_123);
});
