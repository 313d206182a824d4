/** A small environment that shows two params, which the descriptions of tests vary. */
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { DRIFT, drift } from './drift';

export const SHOWN = `import constants::{A, B as OTHER};
${DRIFT.replace('Observation(state.place)', 'Observation(state.place, A, OTHER)').replace(
  'action[0] - 0.5',
  '(action[0] - 0.5) * constants::A',
)}`;

export function shown(
  params: EnvironmentDefinition['params'],
  changes: Partial<EnvironmentDefinition> = {},
): EnvironmentDefinition {
  const observation = ['place', 'A', 'B'].map((name) => ({ name, low: -4, high: 4 }));
  return drift(SHOWN, { params: { A: 0.5, B: 2, ...params }, observation, ...changes });
}
