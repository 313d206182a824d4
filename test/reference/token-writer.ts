/** TokenWriter-v0: a list of tokens, and a reward model in integers. */

import type { StateFields } from '../../src/environments/state-fields';
import type { RewardModel } from '../../src/environments/token-writer-model';
import type { Environment } from './environment';

export interface TokenWriterState {
  /** Those that are written, each 0 to 7; the first two are the prompt. */
  readonly tokens: readonly number[];
}

export const VOCABULARY = 8;
export const LENGTH = 8;
export const PROMPT_LENGTH = 2;
/** All of them; the second token counts up first. */
export const PROMPTS: readonly (readonly number[])[] = Array.from(
  { length: VOCABULARY ** PROMPT_LENGTH },
  (_, index) => [Math.floor(index / VOCABULARY), index % VOCABULARY],
);
/** The f32 that turns units of the model's output into points. */
const POINTS = Math.fround(0.1);

/** What a token at a place adds to each hidden unit, [H]. */
function weightsOf({ inputWeights, biases }: RewardModel, place: number, token: number) {
  const first = (place * VOCABULARY + token) * biases.length;
  return inputWeights.subarray(first, first + biases.length);
}

/** The output of the model, an integer, from what its hidden units have summed up. */
const outputOf = ({ outputWeights }: RewardModel, sums: ArrayLike<number>): number =>
  outputWeights.reduce((output, weight, h) => output + weight * Math.max(sums[h]!, 0), 0);

/** The output for a sequence; places behind its end add nothing. */
export function modelOutput(model: RewardModel, tokens: readonly number[]): number {
  const sums = Int32Array.from(model.biases);
  for (const [place, token] of tokens.entries()) {
    for (const [h, weight] of weightsOf(model, place, token).entries()) sums[h]! += weight;
  }
  return outputOf(model, sums);
}

/** The score of a whole sequence, in points. */
export const scoreOf = (model: RewardModel, tokens: readonly number[]): number =>
  Math.fround(POINTS * modelOutput(model, tokens));

export function tokenWriterWith(model: RewardModel): Environment<TokenWriterState> {
  return {
    maxEpisodeSteps: Number.POSITIVE_INFINITY,

    reset(rng) {
      const token = (): number => Math.floor(VOCABULARY * rng.random());
      return { tokens: Array.from({ length: PROMPT_LENGTH }, token) };
    },

    step(state, [token]) {
      const tokens = [...state.tokens, token!];
      const terminated = tokens.length === LENGTH;
      return { state: { tokens }, reward: terminated ? scoreOf(model, tokens) : 0, terminated };
    },

    /** One-hot, place by place. */
    observe: ({ tokens }) =>
      Array.from({ length: LENGTH * VOCABULARY }, (_, bit) =>
        tokens[Math.floor(bit / VOCABULARY)] === bit % VOCABULARY ? 1 : 0,
      ),
  };
}

/** The state that a device has written. */
export function tokenWriterStateOf(fields: StateFields): TokenWriterState {
  const { tokens, written } = fields as unknown as {
    readonly tokens: readonly number[];
    readonly written: number;
  };
  return { tokens: tokens.slice(0, written) };
}
