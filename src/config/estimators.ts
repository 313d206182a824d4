/** How advantages are estimated: one record for each value of `advantageEstimator`. */
import type { PpoConfig } from './ppo-config';

/** Everything that the rest of the program needs to know about an estimator. */
export interface Estimator {
  /** Whether a critic is trained beside the actor. */
  readonly critic: boolean;
  /** Fixed λ of generalized advantage estimation; null: `gaeLambda`. */
  readonly lambda: number | null;
  /**
   * Whether environments share their start states in groups of `groupSize`. Every episode then
   * ends with the rollout, which needs one more slot for final observations.
   */
  readonly groups: boolean;
  /** The tensor that the policy learns from. */
  readonly policyTarget: 'advantages' | 'returns';
  /** Slots in the batch's moments: slot 0 is the policy's target, slot 1 the other tensor. */
  readonly moments: {
    /** R - V, which is R where there is no critic. */
    readonly residual: 0 | 1;
    /** R */
    readonly returns: 0 | 1;
  };
}

export const ESTIMATORS: Readonly<Record<PpoConfig['advantageEstimator'], Estimator>> = {
  // Schulman et al. 2016: A = Σ (γλ)^l δ, R = A + V.
  gae: {
    critic: true,
    lambda: null,
    groups: false,
    policyTarget: 'advantages',
    moments: { residual: 0, returns: 1 },
  },
  // Williams 1992: discounted returns, i.e. λ = 1, without a baseline.
  returns: {
    critic: true,
    lambda: 1,
    groups: false,
    policyTarget: 'returns',
    moments: { residual: 1, returns: 0 },
  },
  // Shao et al. 2024 (GRPO): (R - mean) / std within a group of environments.
  group: {
    critic: false,
    lambda: null,
    groups: true,
    policyTarget: 'advantages',
    moments: { residual: 1, returns: 1 },
  },
};
