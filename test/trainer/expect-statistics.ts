/** The means of an iteration's updates on the device against those of the twin. */
import { expect } from 'vitest';
import type { AgentMetrics } from '../../src/trainer/metrics';
import { expectClose } from '../reference/expect-close';
import { mean } from '../reference/moments';
import type { UpdateStatistics } from '../reference/train-state';

export function expectStatistics(
  metrics: AgentMetrics,
  updates: readonly UpdateStatistics[],
): void {
  const means = (pick: (statistics: UpdateStatistics) => number): number => mean(updates.map(pick));
  expectClose([metrics['losses/policy_loss']], [means((s) => s.policyLoss)], 1e-4, 0.1);
  expectClose([metrics['losses/value_loss']], [means((s) => s.valueLoss)], 1e-4);
  expectClose([metrics['losses/entropy']], [means((s) => s.entropy)], 1e-4);
  expectClose([metrics['losses/kl_penalty']], [means((s) => s.klPenalty)], 1e-4, 0.01);
  expectClose([metrics['losses/approx_kl']], [means((s) => s.approxKl)], 1e-4, 0.01);
  expectClose([metrics['losses/old_approx_kl']], [means((s) => s.oldApproxKl)], 1e-4, 0.01);
  expectClose([metrics['losses/clipfrac']], [means((s) => s.clipfrac)], 1e-6, 1);
  expectClose([metrics['losses/grad_norm']], [means((s) => s.gradNorm)], 1e-4);
  expect(metrics['charts/updates']).toBe(updates.length);
}
