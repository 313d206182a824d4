/** `lockstep envs`: the built-in environments as a table. */

import type { EnvironmentDefinition } from '../environments/definition';
import { formatTable } from './table';

const HEADER = ['id', 'observations', 'actions', 'max steps', 'source'];

export function formatEnvironments(environments: readonly EnvironmentDefinition[]): string {
  const rows = environments.map((environment) => [
    environment.id,
    `${environment.observation.length}`,
    formatAction(environment.action),
    environment.maxEpisodeSteps === null ? 'none' : `${environment.maxEpisodeSteps}`,
    environment.source,
  ]);
  return formatTable([HEADER, ...rows]);
}

function formatAction(action: EnvironmentDefinition['action']): string {
  switch (action.type) {
    case 'discrete':
      return `${action.n} discrete`;
    case 'multi-discrete':
      return `${action.nvec.join(' x ')} discrete`;
    case 'box':
      return `${action.low.length} continuous`;
  }
}
