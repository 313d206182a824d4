/** A short run on another engine than Dawn, and how it must agree with a run on Dawn. */
import { expect } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';

export const SHORT_RUN = {
  seed: 5,
  numEnvs: 8,
  numSteps: 16,
  totalTimesteps: 3 * 8 * 16,
  learningRate: 1e-3,
  hiddenSizes: [16, 16],
} satisfies Partial<PpoConfig>;
const ITERATIONS = 3;

export interface EngineRun {
  /** One per iteration. */
  readonly policyLosses: readonly number[];
  /** Parameters of the only agent, at the end. */
  readonly parameters: readonly number[];
}

/** The compilers differ in the last bits of exp and tanh; Adam's first steps magnify them. */
export function expectAgreement(here: EngineRun, there: EngineRun): void {
  expect(here.policyLosses).toHaveLength(ITERATIONS);
  expect(there.policyLosses).toHaveLength(ITERATIONS);
  for (const [iteration, loss] of here.policyLosses.entries()) {
    expect(there.policyLosses[iteration]).toBeCloseTo(loss, 4);
  }
  expect(there.parameters).toHaveLength(here.parameters.length);
  const largest = here.parameters.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - there.parameters[index]!)),
    0,
  );
  expect(largest).toBeLessThan(2e-4);
}
