/** Worlds of somebody's own: from texts to an environment, or to mistakes with their places. */
import {
  defineEnvironment,
  drawState,
  ENVIRONMENTS,
  type EnvironmentDefinition,
  EnvironmentError,
  findEnvironment,
  ShaderError,
} from '../../src/index';
import { descriptionOf, readDescription } from '../description';
import type { Mistake, OwnWorld } from '../messages';

/** Everything that is wrong in a world. */
export class WorldError extends Error {
  override readonly name = 'WorldError';

  constructor(readonly mistakes: readonly Mistake[]) {
    super(mistakes.map(({ sentence }) => sentence).join('; '));
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a definition that are no part of its JSON, with the reason. */
const ELSEWHERE: Fields = {
  shader: 'is the text of the module, which stands by itself',
  file: 'is not needed: the module is named after the id',
  tables: 'cannot be written here: a world keeps the tables of the one that it began with',
  draw: 'cannot be written here: a world keeps the drawing of the one that it began with',
  host: 'cannot be written here: the page trains in worlds that step on the device',
};

/** Errors that a config causes, or its sizes. */
const ABOUT_CONFIG = ['ConfigError', 'LimitError'];

/**
 * The environment that the texts describe.
 * @throws WorldError
 */
export function definitionOf({ template, shader, description }: OwnWorld): EnvironmentDefinition {
  const fields = fieldsOf(description);
  const model = template === undefined ? undefined : findEnvironment(template);
  const tables = model?.tables && { tables: model.tables };
  const plain = { ...fields, ...tables, shader } as EnvironmentDefinition;
  try {
    return defineEnvironment(model ? { ...plain, draw: drawingOf(model, plain) } : plain);
  } catch (error) {
    throw worldErrorOf(error, plain);
  }
}

/** The drawing of the model for as long as its function can draw the states, else bars. */
function drawingOf(
  model: EnvironmentDefinition,
  plain: EnvironmentDefinition,
): NonNullable<EnvironmentDefinition['draw']> {
  let fits = true;
  return (state, step) => {
    try {
      if (fits) return drawState(model, state, step);
    } catch {
      // States are other ones now; drawings that change in kind would confuse.
      fits = false;
    }
    return drawState(plain, state, step);
  };
}

function fieldsOf(text: string): Fields {
  let value: unknown;
  try {
    value = readDescription(text);
  } catch (error) {
    throw new WorldError([syntaxMistake(text, (error as Error).message)]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const sentence = 'the description must be an object: { "id": …, … }';
    throw new WorldError([{ part: 'description', line: 1, sentence }]);
  }
  const wrong = Object.keys(ELSEWHERE).filter((key) => Object.hasOwn(value, key));
  if (wrong.length === 0) return value as Fields;
  throw new WorldError(
    wrong.map((key) => ({ part: 'description', key, sentence: `${key} ${ELSEWHERE[key]}` })),
  );
}

/** Browsers tell the place of a mistake in JSON within the message, each in its own words. */
function syntaxMistake(text: string, sentence: string): Mistake {
  const named = /line (\d+) column (\d+)/.exec(sentence);
  if (named) {
    return { part: 'description', sentence, line: Number(named[1]), column: Number(named[2]) };
  }
  const position = /position (\d+)/.exec(sentence)?.[1];
  if (position === undefined && !/end of/i.test(sentence)) return { part: 'description', sentence };
  const lines = text.slice(0, Number(position ?? text.length)).split('\n');
  const column = lines.at(-1)!.length + 1;
  return { part: 'description', sentence, line: lines.length, column };
}

/** A `WorldError` where the world is at fault, otherwise the error itself. */
export function worldErrorOf(error: unknown, { id }: EnvironmentDefinition): unknown {
  if (!(error instanceof Error)) return error;
  if (ABOUT_CONFIG.includes(error.name)) {
    return new WorldError([{ part: 'description', sentence: error.message }]);
  }
  if (error instanceof EnvironmentError && error.problems.length > 0) {
    return new WorldError(error.problems.map(descriptionMistake));
  }
  if (!(error instanceof EnvironmentError || error instanceof ShaderError)) return error;
  const { place, message } = error;
  if (place?.file !== `${id}.wesl`) return new WorldError([{ part: 'module', sentence: message }]);
  const { line, column, sentence } = place;
  return new WorldError([{ part: 'module', line, column, sentence }]);
}

/** A sentence about a field begins with its name, as in "observation[0].low must be". */
function descriptionMistake(sentence: string): Mistake {
  return { part: 'description', key: /^\w+/.exec(sentence)?.[0], sentence };
}

/** The texts of an environment that came from a file; undefined where they do not say all of it. */
export function worldOf(environment: EnvironmentDefinition): OwnWorld | undefined {
  const { id, shader, tables } = environment;
  const isKnown = ENVIRONMENTS.some((each) => each.id === id && each.shader === shader);
  if (isKnown || tables) return undefined;
  return { template: undefined, shader, description: descriptionOf(environment) };
}
