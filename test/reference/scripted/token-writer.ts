/** TokenWriter: one token six times, for each prompt the one that scores best so. */

import type { RewardModel } from '../../../src/environments/token-writer-model';
import {
  LENGTH,
  modelOutput,
  PROMPT_LENGTH,
  PROMPTS,
  type TokenWriterState,
  VOCABULARY,
} from '../token-writer';
import type { ScriptedPolicy } from './policy';

const ALL = Array.from({ length: VOCABULARY }, (_, token) => token);

function bestToken(model: RewardModel, prompt: readonly number[]): number {
  const outputs = ALL.map((token) => {
    const answer = Array.from({ length: LENGTH - PROMPT_LENGTH }, () => token);
    return modelOutput(model, [...prompt, ...answer]);
  });
  return outputs.indexOf(Math.max(...outputs));
}

export function bestRepetition(model: RewardModel): ScriptedPolicy<TokenWriterState> {
  const best = PROMPTS.map((prompt) => bestToken(model, prompt));
  return ({ tokens: [first, second] }) => best[first! * VOCABULARY + second!]!;
}
