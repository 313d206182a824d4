/** The best answer to every prompt of TokenWriter-v0, found by trying all of them. */

import type { RewardModel } from '../../src/environments/token-writer-model';
import { LENGTH, PROMPT_LENGTH, VOCABULARY } from './token-writer';

/** The largest output for sums of the hidden units at the last place, and any token there. */
function largestLast({ inputWeights, outputWeights }: RewardModel, sums: Int32Array): number {
  const width = sums.length;
  let largest = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < VOCABULARY; token++) {
    const first = ((LENGTH - 1) * VOCABULARY + token) * width;
    let output = 0;
    for (let h = 0; h < width; h++) {
      output += outputWeights[h]! * Math.max(sums[h]! + inputWeights[first + h]!, 0);
    }
    largest = Math.max(largest, output);
  }
  return largest;
}

/**
 * The largest output of the model for a prompt and any of the 8^6 answers. What the hidden units
 * have summed up is carried on from place to place, so that 64 prompts take seconds.
 */
export function largestOutput(model: RewardModel, prompt: readonly number[]): number {
  const { inputWeights, biases } = model;
  const width = biases.length;
  /** Before each place, [LENGTH][H]. */
  const sums = Array.from({ length: LENGTH }, () => Int32Array.from(biases));

  const write = (place: number, token: number): void => {
    const [before, behind] = [sums[place]!, sums[place + 1]!];
    const first = (place * VOCABULARY + token) * width;
    for (let h = 0; h < width; h++) behind[h] = before[h]! + inputWeights[first + h]!;
  };
  const largestFrom = (place: number): number => {
    if (place === LENGTH - 1) return largestLast(model, sums[place]!);
    let largest = Number.NEGATIVE_INFINITY;
    for (let token = 0; token < VOCABULARY; token++) {
      write(place, token);
      largest = Math.max(largest, largestFrom(place + 1));
    }
    return largest;
  };

  for (const [place, token] of prompt.entries()) write(place, token);
  return largestFrom(PROMPT_LENGTH);
}
