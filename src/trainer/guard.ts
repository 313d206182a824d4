/** Ends a run whose numbers are no longer finite. */
import type { AgentMetrics } from './metrics';

/** Too many updates in a row were skipped; the parameters are those of the last applied update. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
  constructor(
    /** Iteration, 1 … */
    readonly iteration: number,
    /** Index of the agent, 0 … numAgents - 1. */
    readonly agent: number,
    /** What was not finite in that iteration: `fault` of its metrics. */
    readonly quantity: string,
    /** Updates skipped in a row. */
    readonly skipped: number,
  ) {
    super(
      `iteration ${iteration}, agent ${agent}: ${quantity} is not finite; ${skipped} updates ` +
        'in a row were skipped (maxSkippedUpdates). The parameters are kept as the last good ' +
        'update left them.',
    );
  }
}

/** @throws NonFiniteError for the first agent that skipped `most` updates in a row; 0 for never. */
export function guard(iteration: number, agents: readonly AgentMetrics[], most: number): void {
  for (const [agent, { fault, 'guards/skipped_in_row': skipped }] of agents.entries()) {
    if (most > 0 && skipped >= most) {
      throw new NonFiniteError(iteration, agent, fault ?? 'loss', skipped);
    }
  }
}
