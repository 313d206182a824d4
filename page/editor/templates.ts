/** Worlds to begin with. */
import { ENVIRONMENTS, type EnvironmentDefinition } from '../../src/index';
import { descriptionOf } from '../description';
import type { OwnWorld } from '../messages';
import { MODULE_TEXTS } from './module-texts';

/** The small world of docs/environments.md, which trains within seconds. */
const RAIL: EnvironmentDefinition = {
  id: 'Rail-v0',
  source: 'made up, to be changed',
  observation: [{ name: 'place', low: -1.1, high: 1.1, unit: 'm' }],
  action: { type: 'discrete', n: 2, names: ['left', 'right'] },
  maxEpisodeSteps: 50,
  rewardThreshold: 0.99,
  params: { LEAVE_REWARD: 1 },
  stepsPerSecond: 10,
  shader: '',
  file: 'shaders/environments/template.wesl',
  defaults: { totalTimesteps: 50_000, learningRate: 1e-3, hiddenSizes: [16, 16] },
};

/** In the order in which they are offered. */
export const TEMPLATE_IDS: readonly string[] = [RAIL, ...ENVIRONMENTS].map(({ id }) => id);

/** @throws RangeError for an id that is none of the templates' */
export function templateOf(wanted: string): OwnWorld {
  const found = [RAIL, ...ENVIRONMENTS].find(({ id }) => id === wanted);
  if (!found) throw new RangeError(`there is no template ${wanted}`);
  const template = found === RAIL ? undefined : found.id;
  // The library's own text of a module has lost its comments.
  const shader = MODULE_TEXTS[found.file!]!;
  return { template, shader, description: descriptionOf(found) };
}
