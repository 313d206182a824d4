import tuned from '../../configs/TokenWriter-v0.json';
import shader from '../../shaders/environments/token-writer.wesl';
import { defineEnvironment, type ObservationField } from './definition';
import { drawTokenWriter } from './token-writer-drawing';
import { LENGTH, PROMPT_LENGTH, REWARD_MODEL, TOKENS } from './token-writer-model';
import { tunedDefaults } from './tuned-defaults';

const PLACES: readonly string[] = Array.from({ length: LENGTH }, (_, place) =>
  place < PROMPT_LENGTH ? `prompt ${place + 1}` : `answer ${place - PROMPT_LENGTH + 1}`,
);

const FIELDS: readonly ObservationField[] = PLACES.flatMap((place) =>
  TOKENS.map((token) => ({ name: `${token} at ${place}`, low: 0, high: 1 })),
);

const { inputWeights, biases, outputWeights } = REWARD_MODEL;

/** Write the answer that a reward model likes best; its score comes with the last token. */
export const tokenWriter = defineEnvironment({
  id: 'TokenWriter-v0',
  source: 'made up, after Ziegler et al. 2019',
  observation: FIELDS,
  observationFormat: 'bits',
  action: { type: 'discrete', n: TOKENS.length, names: TOKENS },
  maxEpisodeSteps: null,
  tables: {
    INPUT_WEIGHTS: { type: 'i32', values: inputWeights },
    BIASES: { type: 'i32', values: biases },
    OUTPUT_WEIGHTS: { type: 'i32', values: outputWeights },
  },
  shader,
  file: 'shaders/environments/token-writer.wesl',
  defaults: tunedDefaults(tuned),
  stepsPerSecond: 3,
  draw: drawTokenWriter,
});
