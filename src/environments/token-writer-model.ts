/**
 * The reward model of TokenWriter-v0: a perceptron with random whole weights, which are the same in
 * every engine.
 */
import { seededNumbers } from './seeded-numbers';

/** The vocabulary. */
export const TOKENS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const;
/** Tokens of a prompt and its answer. */
export const LENGTH = 8;
export const PROMPT_LENGTH = 2;
const HIDDEN = 32;
const SEED = 1;
/** Largest magnitude of the weights of tokens, and of the biases. */
const MOST = 3;

/** Weights of a model with H hidden units. */
export interface RewardModel {
  /** What each token adds at each place, [places][tokens][H]. */
  readonly inputWeights: Int32Array;
  /** [H] */
  readonly biases: Int32Array;
  /** [H] */
  readonly outputWeights: Int32Array;
}

function makeModel(): RewardModel {
  const random = seededNumbers(SEED);
  const integers = (length: number, most: number): Int32Array =>
    Int32Array.from({ length }, () => Math.floor(random() * (2 * most + 1)) - most);
  return {
    inputWeights: integers(LENGTH * TOKENS.length * HIDDEN, MOST),
    biases: integers(HIDDEN, MOST),
    // 1 to 3, and -1 to -3, in turn, so that neither sign prevails.
    outputWeights: integers(HIDDEN, 1).map((change, h) => (h % 2 === 0 ? 1 : -1) * (2 + change)),
  };
}

export const REWARD_MODEL: RewardModel = makeModel();
